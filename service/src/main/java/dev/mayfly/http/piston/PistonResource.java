package dev.mayfly.http.piston;

import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.AwaitedRuns;
import dev.mayfly.http.Caller;
import dev.mayfly.trace.Traces;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Piston's API, version 2. Not in our document, being another's.
@Path(PistonDialect.PATH)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class PistonResource {
    private final Languages languages;
    private final Submissions submissions;
    private final AwaitedRuns runs;
    private final Caller caller;
    private final Traces traces;

    public PistonResource(Languages languages, Submissions submissions, AwaitedRuns runs, Caller caller, Traces traces) {
        this.languages = languages;
        this.submissions = submissions;
        this.runs = runs;
        this.caller = caller;
        this.traces = traces;
    }

    @GET
    @Path("runtimes")
    @RolesAllowed({"read", "execute", "admin"})
    @Operation(hidden = true)
    public List<Languages.LanguageView> runtimes() {
        return languages.offeredTo(caller.tenant());
    }

    /// None is installed over the network: an operator adds runtimes.
    @GET
    @Path("packages")
    @RolesAllowed({"read", "execute", "admin"})
    @Operation(hidden = true)
    public List<String> packages() {
        return List.of();
    }

    @POST
    @Path("execute")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    @RolesAllowed("execute")
    @Operation(hidden = true)
    public ExecuteAnswer execute(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers) throws RejectedException, InterruptedException {
        var output = new CollectedText();
        ExecutionResult result = runs.run(body, exchange, json -> submissions.read(json).in(traces.current(headers::getHeaderString)), output, CollectedText.COPIES);
        output.end();
        return ExecuteAnswer.of(result, output);
    }
}
