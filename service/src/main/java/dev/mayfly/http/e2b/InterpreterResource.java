package dev.mayfly.http.e2b;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.http.DoorSettings;
import dev.mayfly.http.EventBytes;
import dev.mayfly.http.RunSource;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Cell;
import dev.mayfly.session.Interpreters;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// E2B's code interpreter: cells of a session. Its contexts are interpreters, each with a state of its own.
@Path(E2bDialect.PATH)
@RunOnVirtualThread
@RolesAllowed("execute")
public class InterpreterResource {
    static final String LINES = "application/x-ndjson";

    private final Envd envd;
    private final DoorSettings settings;
    private final ServedRuntimes runtimes;
    private final JsonBodies requests;

    InterpreterResource(Envd envd, DoorSettings settings, ServedRuntimes runtimes, JsonBodies requests) {
        this.envd = envd;
        this.settings = settings;
        this.runtimes = runtimes;
        this.requests = requests;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ExecuteRequest(@Nullable String code, @Nullable @JsonProperty("context_id") String contextId, @Nullable String language, @Nullable @JsonProperty("env_vars") Map<String, String> envVars) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ContextRequest(@Nullable String language, @Nullable String cwd) {}

    record ContextView(String id, String language, String cwd) {}

    @POST
    @Path("execute")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response execute(InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, InterruptedException {
        Session session = envd.session(exchange);
        var request = requests.read(body, exchange, ExecuteRequest.class);
        if (request.code() == null) {
            throw RejectedException.invalid("code", "code is missing");
        }
        if (request.envVars() != null && !request.envVars().isEmpty()) {
            throw missing("Mayfly does not offer env_vars of one execution: give them to the sandbox when it is created, or set them in the code");
        }
        requireLanguage(request.language(), session);
        int interpreter = request.contextId() == null ? Interpreters.FIRST : number(request.contextId());
        Interpreters all = session.interpreters();
        requireContext(all, interpreter, request.contextId());
        Cell cell = all.cell(interpreter, request.code(), envd.longest(), session.limits().outputBytes());
        return EventBytes.of(RunSource.of(session, cell), new InterpreterFormat(), LINES, settings, exchange);
    }

    /// Clients show the words of this status, and only the number of most others.
    private static HttpProblem missing(String what) {
        return Envd.problem(Response.Status.NOT_FOUND, what);
    }

    private void requireLanguage(@Nullable String language, Session session) {
        String its = session.runtime().replaceFirst(":.*", "");
        boolean matches = language == null || language.isEmpty()
                || runtimes.catalog().find(language).filter(runtime -> its.equals(runtime.name()) || its.startsWith(runtime.name() + "-")).isPresent();
        if (!matches) {
            throw missing("this sandbox runs %s, and %s needs another one: name its runtime as the template".formatted(its, language));
        }
    }

    private static int number(String context) {
        return context.matches("[0-9]{1,9}") ? Integer.parseInt(context) : -1;
    }

    private static void requireContext(Interpreters all, int number, @Nullable String id) {
        if (all.all().stream().noneMatch(view -> view.number() == number)) {
            throw missing("context %s not found".formatted(id));
        }
    }

    private static ContextView view(Session session, Interpreters.View interpreter) {
        return new ContextView(String.valueOf(interpreter.number()), session.runtime().replaceFirst("[:-].*", ""), interpreter.folder().equals("/work") ? Envd.HOME : interpreter.folder());
    }

    @POST
    @Path("contexts")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public ContextView open(InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        Session session = envd.session(exchange);
        var request = requests.read(body, exchange, ContextRequest.class);
        requireLanguage(request.language(), session);
        String folder = Envd.path(request.cwd() == null || request.cwd().isEmpty() ? Envd.HOME : request.cwd());
        try (var files = new EnvdFiles(session)) {
            files.asked(all -> all.list(folder, 1)); // a folder that is not there has an error of its own
        }
        return view(session, session.interpreters().open(folder));
    }

    @GET
    @Path("contexts")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public List<ContextView> contexts(@Context RoutingContext exchange) throws RejectedException, SessionEndedException {
        Session session = envd.session(exchange);
        return session.interpreters().all().stream().map(interpreter -> view(session, interpreter)).toList();
    }

    /// The first one stays, with another state.
    @DELETE
    @Path("contexts/{id}")
    @Operation(hidden = true)
    public void close(@PathParam("id") String id, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        Interpreters all = envd.session(exchange).interpreters();
        requireContext(all, number(id), id);
        if (!all.close(number(id))) {
            all.restart(number(id));
        }
    }

    @POST
    @Path("contexts/{id}/restart")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public void restart(@PathParam("id") String id, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        Interpreters all = envd.session(exchange).interpreters();
        requireContext(all, number(id), id);
        all.restart(number(id));
    }
}
