package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.schedule.Schedules;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FunctionReference;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// When functions run by themselves; what their definitions say about it is stored with them.
@Path("/v1/functions/{function}/schedule")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class ScheduleResource {
    private final Eventually<Schedules> schedules;
    private final Caller caller;

    public ScheduleResource(Eventually<Schedules> schedules, Caller caller) {
        this.schedules = schedules;
        this.caller = caller;
    }

    @GET
    @RolesAllowed({"read", "execute"})
    @Operation(operationId = "getSchedule", summary = "The next five due times of a function, and what became of the latest twenty")
    @APIResponse(responseCode = "200", description = "As it is now",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ScheduleView.class)))
    @APIResponse(responseCode = "404", description = "No such function, or it has no schedule")
    public ScheduleView schedule(@PathParam("function") String function) throws RejectedException, StoreException, InterruptedException {
        return view(FunctionReference.name(function));
    }

    @POST
    @Path("pause")
    @Operation(operationId = "pauseSchedule", summary = "Nothing comes due any more, whatever is deployed, until it is resumed. What runs goes on")
    @APIResponse(responseCode = "200", description = "It is paused",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ScheduleView.class)))
    @APIResponse(responseCode = "404", description = "No such function, or it has no schedule")
    public ScheduleView pause(@PathParam("function") String function) throws RejectedException, StoreException, InterruptedException {
        String name = FunctionReference.name(function);
        schedules.get().pause(caller.tenant(), name);
        return view(name);
    }

    @POST
    @Path("resume")
    @Operation(operationId = "resumeSchedule", summary = "Goes on with the next due time. What would have been due meanwhile is not made up for")
    @APIResponse(responseCode = "200", description = "It is not paused",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ScheduleView.class)))
    @APIResponse(responseCode = "404", description = "No such function, or it has no schedule")
    public ScheduleView resume(@PathParam("function") String function) throws RejectedException, StoreException, InterruptedException {
        String name = FunctionReference.name(function);
        schedules.get().resume(caller.tenant(), name);
        return view(name);
    }

    private ScheduleView view(String name) throws StoreException, InterruptedException {
        return schedules.get().find(caller.tenant(), name).map(ScheduleView::of)
                .orElseThrow(() -> Problems.of(ProblemKind.UNKNOWN_FUNCTION, "the function %s does not exist, or has no schedule".formatted(name)).build());
    }
}
