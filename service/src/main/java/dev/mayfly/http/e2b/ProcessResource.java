package dev.mayfly.http.e2b;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.Bodies;
import dev.mayfly.http.RunSource;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Command;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.wire.Json;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Processes in a sandbox: commands of its session, numbered as theirs. One goes on when its client leaves.
@Path(E2bDialect.PATH + "/" + ProcessResource.SERVICE)
@RunOnVirtualThread
@RolesAllowed("execute")
public class ProcessResource {
    static final String SERVICE = "process.Process";
    private static final String NOTHING = "{}";
    private static final Duration FEED_PATIENCE = Duration.ofSeconds(10);
    private static final int FEED_MILLIS = 20;
    private static final int CHUNK_BYTES = 1 << 16;

    private final Envd envd;
    private final ConnectStreams streams;
    private final JsonBodies requests;
    private final Bodies bodies;
    private final HeapBudget heap;

    ProcessResource(Envd envd, ConnectStreams streams, JsonBodies requests, Bodies bodies, HeapBudget heap) {
        this.envd = envd;
        this.streams = streams;
        this.requests = requests;
        this.bodies = bodies;
        this.heap = heap;
    }

    private static Response json(JsonObject json) {
        return Response.ok(json.encode(), MediaType.APPLICATION_JSON_TYPE).build();
    }

    private static Command running(Session session, int pid) {
        return session.command(pid)
                .filter(command -> command.log().ended().isEmpty())
                .orElseThrow(() -> Envd.problem(Response.Status.NOT_FOUND, "process with pid %d not found".formatted(pid)));
    }

    @POST
    @Path("Start")
    @Consumes(ConnectDialect.STREAMING)
    @Operation(hidden = true)
    public Response start(InputStream body, @Context RoutingContext exchange) throws SessionEndedException, SandboxException, InterruptedException {
        return streams.of(exchange, () -> {
            Session session = envd.session(exchange);
            var request = requests.readFrame(body, exchange, ProcessMessages.Start.class);
            return following(session, session.start(request.toRequest(session.limits(), envd.longest(), timeout(exchange))));
        });
    }

    /// As a client of Connect says it.
    private static Optional<Duration> timeout(RoutingContext exchange) throws RejectedException {
        String millis = exchange.request().getHeader("Connect-Timeout-Ms");
        if (millis == null) {
            return Optional.empty();
        }
        if (!millis.matches("[0-9]{1,10}")) {
            throw RejectedException.invalid("Connect-Timeout-Ms", "Connect-Timeout-Ms must be a number of at most ten digits; got " + millis);
        }
        return Optional.of(Duration.ofMillis(Math.max(1, Long.parseLong(millis))));
    }

    private static ConnectStreams.Begun following(Session session, Command command) {
        return new ConnectStreams.Begun(RunSource.ofDetached(session, command), new ProcessFormat(session, command));
    }

    @POST
    @Path("Connect")
    @Consumes(ConnectDialect.STREAMING)
    @Operation(hidden = true)
    public Response connect(InputStream body, @Context RoutingContext exchange) throws SessionEndedException, SandboxException, InterruptedException {
        return streams.of(exchange, () -> {
            Session session = envd.session(exchange);
            return following(session, running(session, requests.readFrame(body, exchange, ProcessMessages.Named.class).requirePid()));
        });
    }

    @POST
    @Path("List")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response list(@Context RoutingContext exchange) {
        var processes = new JsonArray();
        envd.session(exchange).commands().stream().filter(command -> command.log().ended().isEmpty()).forEach(command -> processes.add(described(command)));
        return json(JsonObject.of("processes", processes));
    }

    private static JsonObject described(Command command) {
        var words = command.request().command();
        return JsonObject.of("pid", command.number(), "config", JsonObject.of(
                "cmd", words.getFirst(), "args", new JsonArray(words.subList(1, words.size())), "envs", new JsonObject(), "cwd", command.request().folder()));
    }

    @POST
    @Path("SendInput")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response send(InputStream body, @Context RoutingContext exchange) throws RejectedException, SandboxException, InterruptedException {
        try (var hold = heap.hold()) {
            var input = Json.read(bodies.read(body, exchange, hold), ProcessMessages.Input.class);
            Command command = running(envd.session(exchange), input.requirePid());
            if (!command.takesInput()) {
                throw RejectedException.invalid("input", "the process was started without stdin, or that has ended");
            }
            byte[] bytes = input.bytes();
            hold.add(bytes.length);
            long deadline = System.nanoTime() + FEED_PATIENCE.toNanos();
            for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
                feed(command, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + CHUNK_BYTES)), deadline);
            }
        }
        return Response.ok(NOTHING, MediaType.APPLICATION_JSON_TYPE).build();
    }

    /// A process that does not read for a while is waited for.
    private static void feed(Command command, byte[] bytes, long deadline) throws RejectedException, SandboxException, InterruptedException {
        for (; !command.offer(bytes); TimeUnit.MILLISECONDS.sleep(FEED_MILLIS)) {
            if (System.nanoTime() - deadline > 0) {
                throw RejectedException.forNow(RejectedException.Kind.AT_CAPACITY, "the process has not read what was sent before", Duration.ofSeconds(1));
            }
        }
    }

    @POST
    @Path("CloseStdin")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response closeStdin(InputStream body, @Context RoutingContext exchange) throws RejectedException, SandboxException, InterruptedException {
        running(envd.session(exchange), requests.read(body, exchange, ProcessMessages.Named.class).requirePid()).endInput();
        return Response.ok(NOTHING, MediaType.APPLICATION_JSON_TYPE).build();
    }

    @POST
    @Path("SendSignal")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response signal(InputStream body, @Context RoutingContext exchange) throws RejectedException, SandboxException, InterruptedException {
        var request = requests.read(body, exchange, ProcessMessages.Signal.class);
        running(envd.session(exchange), request.requirePid()).signal(request.number());
        return Response.ok(NOTHING, MediaType.APPLICATION_JSON_TYPE).build();
    }

    @POST
    @Path("Update")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response update(InputStream body, @Context RoutingContext exchange) throws RejectedException, SandboxException, InterruptedException {
        var request = requests.read(body, exchange, ProcessMessages.Update.class);
        Command command = running(envd.session(exchange), request.requirePid());
        if (request.pty() != null) {
            command.resizeTerminal(request.pty().toWindow().toSize());
        }
        return Response.ok(NOTHING, MediaType.APPLICATION_JSON_TYPE).build();
    }
}
