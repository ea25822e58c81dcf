package dev.mayfly.http.e2b;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.WatchSource;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.FileEntry;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.session.SessionFileException;
import dev.mayfly.session.SessionFiles;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Files and folders in a sandbox, but for their content.
@Path(E2bDialect.PATH + "/" + FilesystemResource.SERVICE)
@RunOnVirtualThread
@RolesAllowed("execute")
public class FilesystemResource {
    static final String SERVICE = "filesystem.Filesystem";
    private static final int MAX_DEPTH = 32;

    private final Envd envd;
    private final ConnectStreams streams;
    private final JsonBodies requests;
    private final HeapBudget heap;

    FilesystemResource(Envd envd, ConnectStreams streams, JsonBodies requests, HeapBudget heap) {
        this.envd = envd;
        this.streams = streams;
        this.requests = requests;
        this.heap = heap;
    }

    /// As `filesystem.proto` of E2B has what is sent, in JSON.
    @JsonIgnoreProperties(ignoreUnknown = true)
    record PathRequest(@Nullable String path, @Nullable Integer depth) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record MoveRequest(@Nullable String source, @Nullable String destination) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record WatchRequest(@Nullable String path, @Nullable Boolean recursive, @Nullable Boolean includeEntry) {}

    private static Response json(JsonObject json) {
        return Response.ok(json.encode(), MediaType.APPLICATION_JSON_TYPE).build();
    }

    private <T> T asked(RoutingContext exchange, EnvdFiles.Operation<T> operation) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        try (var files = new EnvdFiles(envd.session(exchange))) {
            return files.asked(operation);
        }
    }

    private Response entry(RoutingContext exchange, EnvdFiles.Operation<FileEntry> operation) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        return json(JsonObject.of("entry", EntryViews.of(asked(exchange, operation))));
    }

    @POST
    @Path("Stat")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response stat(InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        String path = Envd.path(requests.read(body, exchange, PathRequest.class).path());
        return entry(exchange, files -> files.stat(path));
    }

    @POST
    @Path("MakeDir")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response makeFolder(InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        String path = Envd.path(requests.read(body, exchange, PathRequest.class).path());
        return entry(exchange, files -> {
            files.makeFolder(path);
            return files.stat(path);
        });
    }

    @POST
    @Path("Move")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response move(InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        var request = requests.read(body, exchange, MoveRequest.class);
        String to = Envd.path(request.destination());
        String from = Envd.path(request.source());
        return entry(exchange, files -> {
            files.move(from, to);
            return files.stat(to);
        });
    }

    /// What is not there is removed already.
    @POST
    @Path("Remove")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response remove(InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        String path = Envd.path(requests.read(body, exchange, PathRequest.class).path());
        asked(exchange, files -> {
            try {
                files.remove(path);
            } catch (SessionFileException e) {
                if (e.reason() != SessionFileException.Reason.NOT_FOUND) {
                    throw e;
                }
            }
            return path;
        });
        return json(new JsonObject());
    }

    @POST
    @Path("ListDir")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response list(InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        var request = requests.read(body, exchange, PathRequest.class);
        int depth = request.depth() == null || request.depth() == 0 ? 1 : request.depth();
        if (depth < 1 || depth > MAX_DEPTH) {
            throw RejectedException.invalid("depth", "depth must be between 1 and %d; got %d".formatted(MAX_DEPTH, depth));
        }
        String path = Envd.path(request.path());
        var hold = heap.hold();
        exchange.addEndHandler(answered -> hold.close());
        hold.add(SessionFiles.MAX_LIST_BYTES);
        List<FileEntry> entries = asked(exchange, files -> files.list(path, depth));
        return json(JsonObject.of("entries", new JsonArray(entries.stream().map(EntryViews::of).toList())));
    }

    @POST
    @Path("WatchDir")
    @Consumes(ConnectDialect.STREAMING)
    @Operation(hidden = true)
    public Response watch(InputStream body, @Context RoutingContext exchange) throws SessionEndedException, SandboxException, InterruptedException {
        return streams.of(exchange, () -> {
            Session session = envd.session(exchange);
            var request = requests.readFrame(body, exchange, WatchRequest.class);
            if (Boolean.TRUE.equals(request.includeEntry())) {
                throw RejectedException.invalid("includeEntry", "Mayfly does not offer includeEntry: ask for the entry itself");
            }
            String folder = Envd.path(request.path());
            try {
                return new ConnectStreams.Begun(WatchSource.of(session, folder, Boolean.TRUE.equals(request.recursive())), new WatchFormat(folder));
            } catch (SessionFileException e) {
                throw EnvdFiles.problem(e);
            }
        });
    }
}
