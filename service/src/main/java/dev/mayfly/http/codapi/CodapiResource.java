package dev.mayfly.http.codapi;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.http.AwaitedRuns;
import dev.mayfly.http.Caller;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.Json;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// What codapi's widget calls from pages that embed it. Not in our document, being another's.
@Path(CodapiResource.PATH)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class CodapiResource {
    static final String PATH = "/v1/exec";

    private final ServedRuntimes runtimes;
    private final AwaitedRuns runs;
    private final Caller caller;
    private final Traces traces;

    public CodapiResource(ServedRuntimes runtimes, AwaitedRuns runs, Caller caller, Traces traces) {
        this.runtimes = runtimes;
        this.runs = runs;
        this.caller = caller;
        this.traces = traces;
    }

    @POST
    @Operation(hidden = true)
    public ExecAnswer execute(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers) throws RejectedException, InterruptedException {
        var output = new CollectedOutput();
        ExecutionResult result = runs.run(body, exchange,
                json -> Json.read(json, ExecRequest.class).submission(runtimes.catalog(), caller.tenant()).in(traces.current(headers::getHeaderString)), output, 1);
        return ExecAnswer.of(result, output);
    }
}
