package dev.mayfly.http.e2b;

import dev.mayfly.access.SessionTokens;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.http.Caller;
import dev.mayfly.http.DoorSettings;
import dev.mayfly.http.SessionDoor;
import dev.mayfly.http.e2b.SandboxViews.ReachableSandbox;
import dev.mayfly.http.e2b.SandboxViews.SandboxInfo;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEnd;
import dev.mayfly.session.SessionEndedException;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// E2B's control API, as far as it is about sandboxes: each is a session. Clients of different age ask at different paths for the same.
@Path(E2bDialect.PATH)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class SandboxResource {
    private static final Set<String> USUAL_TEMPLATES = Set.of("", "base", "code-interpreter-v1");

    private final SessionDoor door;
    private final Caller caller;
    private final JsonBodies requests;
    private final DoorSettings settings;
    private final ServedRuntimes runtimes;
    private final E2bSettings templates;
    private final SessionTokens tokens;

    SandboxResource(
            SessionDoor door, Caller caller, JsonBodies requests, DoorSettings settings, ServedRuntimes runtimes, E2bSettings templates, SessionTokens tokens) {
        this.door = door;
        this.caller = caller;
        this.requests = requests;
        this.settings = settings;
        this.runtimes = runtimes;
        this.templates = templates;
        this.tokens = tokens;
    }

    private Duration longest() {
        return door.sessions().settings().maxTime();
    }

    private Session find(String id) {
        return door.sessions().find(caller.tenant(), id)
                .filter(session -> session.ended().isEmpty())
                .orElseThrow(() -> Envd.problem(Response.Status.NOT_FOUND, "sandbox %s not found".formatted(id)));
    }

    private ReachableSandbox reachable(Session session) {
        return ReachableSandbox.of(session, tokens.of(session.tenant(), session.id()));
    }

    @POST
    @Path("v2/sandboxes")
    @Operation(hidden = true)
    public Response create(InputStream body, @Context RoutingContext exchange) throws RejectedException, InterruptedException {
        NewSandbox wanted = requests.read(body, exchange, NewSandbox.class);
        LanguageRuntime runtime = runtime(wanted.template());
        Session session = door.sessions().open(wanted.toRequest(caller.tenant(), runtime, longest()), settings.patience());
        return Response.status(Response.Status.CREATED).entity(reachable(session)).build();
    }

    private LanguageRuntime runtime(String template) {
        List<LanguageRuntime> offered = runtimes.offered(caller.tenant());
        List<String> names = USUAL_TEMPLATES.contains(template) ? templates.runtimes() : List.of(template);
        return names.stream()
                .flatMap(name -> runtimes.catalog().find(name).stream())
                .filter(offered::contains)
                .findFirst()
                .orElseThrow(() -> Envd.problem(Response.Status.NOT_FOUND, "template %s not found: it must be base, code-interpreter-v1 or a runtime; mayfly runtimes lists them".formatted(template)));
    }

    @POST
    @Path("sandboxes")
    @Operation(hidden = true)
    public Response createFirst(InputStream body, @Context RoutingContext exchange) throws RejectedException, InterruptedException {
        return create(body, exchange);
    }

    @GET
    @Path("v2/sandboxes")
    @Operation(hidden = true)
    public Response list(
            @QueryParam("metadata") @Nullable String metadata, @QueryParam("state") @Nullable String state, @QueryParam("startedAfter") @Nullable String startedAfter,
            @QueryParam("template") @Nullable String template, @QueryParam("order") @Nullable String order, @QueryParam("limit") @Nullable String limit,
            @QueryParam("nextToken") @Nullable String nextToken) throws RejectedException {
        return SandboxList.of(metadata, state, startedAfter, template, order, limit, nextToken).answer(door.sessions().all(caller.tenant()));
    }

    @GET
    @Path("sandboxes")
    @Operation(hidden = true)
    public Response listFirst(@QueryParam("metadata") @Nullable String metadata, @QueryParam("state") @Nullable String state) throws RejectedException {
        return list(metadata, state, null, null, null, null, null);
    }

    @GET
    @Path("sandboxes/{id}")
    @Operation(hidden = true)
    public SandboxInfo sandbox(@PathParam("id") String id) {
        return SandboxInfo.of(find(id));
    }

    @DELETE
    @Path("sandboxes/{id}")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public void kill(@PathParam("id") String id) {
        find(id).close(SessionEnd.Reason.CLOSED);
    }

    @POST
    @Path("sandboxes/{id}/timeout")
    @Operation(hidden = true)
    public void setTimeout(@PathParam("id") String id, InputStream body, @Context RoutingContext exchange) throws RejectedException, InterruptedException {
        long seconds = NewSandbox.seconds(requests.read(body, exchange, NewSandbox.Timeout.class).timeout(), longest());
        endIn(find(id), Duration.ofSeconds(seconds));
    }

    private static void endIn(Session session, Duration left) {
        try {
            session.endIn(left);
        } catch (SessionEndedException e) {
            throw Envd.problem(Response.Status.NOT_FOUND, "sandbox %s not found".formatted(session.id()));
        }
    }

    /// Puts its end off where it is sooner than this.
    @POST
    @Path("v2/sandboxes/{id}/connect")
    @Operation(hidden = true)
    public ReachableSandbox connect(@PathParam("id") String id, InputStream body, @Context RoutingContext exchange) throws RejectedException, InterruptedException {
        Duration left = Duration.ofSeconds(NewSandbox.seconds(requests.read(body, exchange, NewSandbox.Timeout.class).timeout(), longest()));
        Session session = find(id);
        if (session.endsAt().isBefore(Instant.now().plus(left))) {
            endIn(session, left);
        }
        return reachable(session);
    }

    @POST
    @Path("sandboxes/{id}/connect")
    @Operation(hidden = true)
    public ReachableSandbox connectFirst(@PathParam("id") String id, InputStream body, @Context RoutingContext exchange) throws RejectedException, InterruptedException {
        return connect(id, body, exchange);
    }

    /// Whether a template is there.
    @GET
    @Path("templates/aliases/{alias}")
    @Operation(hidden = true)
    public Map<String, Object> template(@PathParam("alias") String alias) {
        return Map.of("templateID", runtime(alias).id(), "public", false);
    }

    /// What clients ask for, and Mayfly does not offer.
    @POST
    @Path("sandboxes/{id}/{feature}")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Map<String, String> unoffered(@PathParam("id") String id, @PathParam("feature") String feature) {
        throw Unoffered.problem(feature);
    }
}
