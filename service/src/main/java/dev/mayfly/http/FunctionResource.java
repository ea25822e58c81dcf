package dev.mayfly.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.function.Change;
import dev.mayfly.function.FunctionVersion;
import dev.mayfly.function.Functions;
import dev.mayfly.function.Precondition;
import dev.mayfly.function.StoredFunction;
import dev.mayfly.schedule.ScheduleState;
import dev.mayfly.schedule.Schedules;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FailurePolicy;
import dev.mayfly.wire.FunctionDefinition;
import dev.mayfly.wire.FunctionReference;
import dev.mayfly.wire.HttpTriggerRequest;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ScheduleRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/// A tenant's functions: programs that are stored under a name, in versions. `InvocationResource` runs them.
@Path("/v1/functions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed({"read", "execute"})
public class FunctionResource {
    private static final String SYNTAX = "syntax";
    private static final String IF_MATCH_MEANS = "The ETag that the function must have, from GET or PUT; another one is answered with 412";

    private final Eventually<Functions> functions;
    private final Eventually<Schedules> schedules;
    private final Caller caller;
    private final Bodies bodies;
    private final HeapBudget heap;
    private final SyntaxCheck syntax;

    public FunctionResource(Eventually<Functions> functions, Eventually<Schedules> schedules, Caller caller, Bodies bodies, HeapBudget heap, SyntaxCheck syntax) {
        this.functions = functions;
        this.schedules = schedules;
        this.caller = caller;
        this.bodies = bodies;
        this.heap = heap;
        this.syntax = syntax;
    }

    /// What a function's owner sends, for the API's document; `FunctionSchemas` has its other fields.
    record FunctionRequest(
            @Nullable String description,
            @Nullable List<String> secrets,
            @Nullable Integer concurrency,
            @Nullable ScheduleRequest schedule,
            @Nullable HttpTriggerRequest http,
            FailurePolicy.@Nullable RetryRequest retry,
            FailurePolicy.@Nullable OnFailureRequest onFailure) {}

    /// @param version a number that the function has given
    record RollbackRequest(@Nullable Integer version) {}

    @GET
    @Operation(operationId = "listFunctions", summary = "The functions in the order of their names, without their definitions; `cursor` continues a page")
    public FunctionView.FunctionPage list(
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50") @DefaultValue("50") String limit)
            throws RejectedException, StoreException, InterruptedException {
        int size = Pages.limit(limit);
        Optional<String> after = cursor == null ? Optional.empty() : Optional.of(nameFrom(cursor));
        List<StoredFunction> page = functions.get().list(caller.tenant(), after, size);
        return new FunctionView.FunctionPage(page.stream().map(FunctionView::of).toList(), page.size() < size ? null : page.getLast().name());
    }

    private static String nameFrom(String cursor) throws RejectedException {
        try {
            return FunctionReference.name(cursor);
        } catch (RejectedException e) {
            throw Pages.wrongCursor();
        }
    }

    @PUT
    @Path("{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("execute")
    @Operation(operationId = "putFunction", summary = "Stores a function. The definition becomes its current version: a new one, or the earlier one with the same content")
    @Parameter(in = ParameterIn.HEADER, name = HttpHeaders.IF_MATCH, schema = @Schema(type = SchemaType.STRING), description = IF_MATCH_MEANS)
    @Parameter(in = ParameterIn.HEADER, name = HttpHeaders.IF_NONE_MATCH, schema = @Schema(type = SchemaType.STRING), description = "`*`: the function must not exist")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionRequest.class)))
    @APIResponse(responseCode = "200", description = "It is the function's current version",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionView.class)))
    @APIResponse(responseCode = "201", description = "The function is new",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionView.class)))
    @APIResponse(responseCode = "400", description = "The definition is wrong, or the check found errors of syntax; `field` names what")
    @APIResponse(responseCode = "412", description = "The function is not as If-Match or If-None-Match demands; nothing has changed")
    @APIResponse(responseCode = "422", description = "The runtime is unknown, a limit is over its ceiling, or the tenant's functions have reached a limit")
    @APIResponse(responseCode = "503", description = "The store is full, or no sandbox is free for the check; Retry-After says when to come back")
    @APIResponse(responseCode = "429", description = "The tenant's quota is used up; a check counts as an execution")
    public Response put(@PathParam("name") String name, @QueryParam("check") @Parameter(description = "The language looks for errors of syntax first, in a sandbox, without running the program; nothing is stored where it finds any") @Schema(enumeration = SYNTAX) @Nullable String check, InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        String tenant = caller.tenant();
        FunctionReference.name(name);
        Precondition precondition = EntityTags.precondition(headers);
        var cancellation = AwaitedRuns.cancelledWith(exchange);
        try (var hold = heap.hold()) {
            var definition = FunctionDefinition.read(bodies.read(body, exchange, hold));
            if (isWanted(check) && functions.get().meets(tenant, name, precondition)) {
                syntax.require(definition.submission(ExecutionId.next(), tenant).submission(), cancellation, hold);
            }
            Change change = done(functions.get().put(tenant, name, definition, precondition), name);
            return answer(tenant, change);
        } finally {
            cancellation.over();
        }
    }

    private static boolean isWanted(@Nullable String check) throws RejectedException {
        if (check != null && !check.equals(SYNTAX)) {
            throw RejectedException.invalid("check", "check must be %s; got %s".formatted(SYNTAX, check));
        }
        return check != null;
    }

    private Response answer(String tenant, Change change) throws StoreException, InterruptedException {
        StoredFunction function = change.function().orElseThrow();
        Optional<ObjectNode> definition = functions.get().definition(tenant, function.name(), function.current().number());
        boolean scheduled = definition.filter(fields -> fields.has("schedule")).isPresent();
        Optional<ScheduleState> schedule = scheduled ? schedules.get().find(tenant, function.name()) : Optional.empty();
        return Response.status(change.status() == Change.Status.CREATED ? Response.Status.CREATED : Response.Status.OK)
                .entity(FunctionView.of(function, definition.orElse(null), schedule.map(state -> ScheduleView.of(state).withoutRecent()).orElse(null)))
                .header(HttpHeaders.ETAG, EntityTags.of(function.current()))
                .build();
    }

    /// A change that has happened, or was not needed; else a problem.
    private static Change done(Change change, String name) {
        return switch (change.status()) {
            case CREATED, CHANGED, UNCHANGED, DELETED -> change;
            case UNKNOWN_FUNCTION -> throw unknown(name);
            case UNKNOWN_VERSION -> throw Problems.of(ProblemKind.UNKNOWN_FUNCTION, "the function %s has no such version".formatted(name)).build();
            case PRECONDITION_FAILED -> throw Problems.of(ProblemKind.PRECONDITION_FAILED, "the function %s is not as the request expects it".formatted(name)).build();
            case NO_ROOM -> throw Problems.of(ProblemKind.FUNCTION_LIMIT, change.reason().orElse("")).build();
        };
    }

    private static RuntimeException unknown(String name) {
        return Problems.of(ProblemKind.UNKNOWN_FUNCTION, "the function %s does not exist".formatted(name)).build();
    }

    @GET
    @Path("{name}")
    @Operation(operationId = "getFunction", summary = "A function, with the definition of its current version")
    @APIResponse(responseCode = "200", description = "As it is now; ETag is for If-Match",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionView.class)))
    @APIResponse(responseCode = "404", description = "It does not exist")
    public Response function(@PathParam("name") String name) throws RejectedException, StoreException, InterruptedException {
        String tenant = caller.tenant();
        StoredFunction function = found(tenant, name);
        return answer(tenant, new Change(Change.Status.UNCHANGED, Optional.of(function), Optional.empty()));
    }

    private StoredFunction found(String tenant, String name) throws RejectedException, StoreException, InterruptedException {
        return functions.get().find(tenant, FunctionReference.name(name)).orElseThrow(() -> unknown(name));
    }

    @DELETE
    @Path("{name}")
    @RolesAllowed("execute")
    @Operation(operationId = "deleteFunction", summary = "Deletes a function with all its versions. Its executions stay until their retention ends")
    @Parameter(in = ParameterIn.HEADER, name = HttpHeaders.IF_MATCH, schema = @Schema(type = SchemaType.STRING), description = IF_MATCH_MEANS)
    @APIResponse(responseCode = "204", description = "It is deleted")
    @APIResponse(responseCode = "404", description = "It does not exist")
    @APIResponse(responseCode = "412", description = "The function is not as If-Match demands; nothing has changed")
    public void delete(@PathParam("name") String name, @Context HttpHeaders headers) throws RejectedException, StoreException, InterruptedException {
        done(functions.get().delete(caller.tenant(), FunctionReference.name(name), EntityTags.precondition(headers)), name);
    }

    @POST
    @Path("{name}/rollback")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("execute")
    @Operation(operationId = "rollBackFunction", summary = "Makes another version the current one")
    @Parameter(in = ParameterIn.HEADER, name = HttpHeaders.IF_MATCH, schema = @Schema(type = SchemaType.STRING), description = IF_MATCH_MEANS)
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = RollbackRequest.class)))
    @APIResponse(responseCode = "200", description = "It is the current version",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionView.class)))
    @APIResponse(responseCode = "404", description = "No such function or version")
    @APIResponse(responseCode = "412", description = "The function is not as If-Match demands; nothing has changed")
    public Response rollBack(@PathParam("name") String name, InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        String tenant = caller.tenant();
        FunctionReference.name(name);
        try (var hold = heap.hold()) {
            var request = Json.read(bodies.read(body, exchange, hold), RollbackRequest.class);
            if (request.version() == null) {
                throw RejectedException.invalid("version", "version is missing: the number of the version that is to run");
            }
            return answer(tenant, done(functions.get().rollBack(tenant, name, request.version(), EntityTags.precondition(headers)), name));
        }
    }

    @GET
    @Path("{name}/versions")
    @Operation(operationId = "listFunctionVersions", summary = "The versions, the newest first, without their definitions; `cursor` continues a page")
    @APIResponse(responseCode = "200", description = "A page of them",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionView.VersionPage.class)))
    @APIResponse(responseCode = "404", description = "No such function")
    public FunctionView.VersionPage versions(
            @PathParam("name") String name,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50") @DefaultValue("50") String limit)
            throws RejectedException, StoreException, InterruptedException {
        String tenant = caller.tenant();
        int size = Pages.limit(limit);
        OptionalInt before = cursor == null ? OptionalInt.empty() : OptionalInt.of(number("cursor", cursor));
        StoredFunction function = found(tenant, name);
        List<FunctionVersion> page = functions.get().versions(tenant, name, before, size);
        return new FunctionView.VersionPage(function.current().number(), page.stream().map(version -> FunctionView.VersionView.of(version, null)).toList(),
                page.size() < size ? null : String.valueOf(page.getLast().number()));
    }

    @GET
    @Path("{name}/versions/{version}")
    @Operation(operationId = "getFunctionVersion", summary = "A version with its definition")
    @APIResponse(responseCode = "200", description = "It never changes",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionView.VersionView.class)))
    @APIResponse(responseCode = "404", description = "No such function or version")
    public FunctionView.VersionView version(@PathParam("name") String name, @PathParam("version") String version) throws RejectedException, StoreException, InterruptedException {
        String tenant = caller.tenant();
        int number = number("version", version);
        FunctionVersion found = functions.get().version(tenant, FunctionReference.name(name), number).orElseThrow(() -> unknown(name + "@" + number));
        return FunctionView.VersionView.of(found, functions.get().definition(tenant, name, number).orElse(null));
    }

    @GET
    @Path("{name}/difference")
    @Operation(operationId = "compareFunctionVersions", summary = "In which fields two versions differ; of text the lines, as diff -u has them")
    @APIResponse(responseCode = "200", description = "No changes: they say the same",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionView.DifferenceView.class)))
    @APIResponse(responseCode = "404", description = "No such function or version")
    public FunctionView.DifferenceView difference(@PathParam("name") String name, @QueryParam("from") @Nullable String from, @QueryParam("to") @Nullable String to)
            throws RejectedException, StoreException, InterruptedException {
        int before = number("from", from);
        int after = number("to", to);
        var changes = functions.get().difference(caller.tenant(), FunctionReference.name(name), before, after)
                .orElseThrow(() -> unknown("%s@%d or %s@%d".formatted(name, before, name, after)));
        return new FunctionView.DifferenceView(before, after, changes.stream().map(FunctionView.FieldDifferenceView::of).toList());
    }

    private static int number(String field, @Nullable String text) throws RejectedException {
        try {
            int number = text == null ? 0 : Integer.parseInt(text);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw RejectedException.invalid(field, "%s must be the number of a version".formatted(field));
    }
}
