package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.FileEntry;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.session.SessionFileException;
import dev.mayfly.session.SessionFiles;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.SessionRequests.ChangeFileRequest;
import dev.mayfly.wire.SessionViews.FileEntriesView;
import dev.mayfly.wire.SessionViews.FileEntryView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.InputStream;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/// The files of a session's sandbox, with the rights of the programs in it. A path is absolute, or below the work folder.
@Path("/v1/sessions/{session}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class SessionFileResource {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_PATH_LENGTH = 4000;

    private final SessionDoor door;
    private final DoorSettings settings;
    private final Bodies bodies;
    private final HeapBudget heap;

    public SessionFileResource(SessionDoor door, DoorSettings settings, Bodies bodies, HeapBudget heap) {
        this.door = door;
        this.settings = settings;
        this.bodies = bodies;
        this.heap = heap;
    }

    @GET
    @Path("files")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(operationId = "readFile", summary = "A file's content, at most mayfly.execution.max-body-mib of it")
    @APIResponse(responseCode = "200", description = "The content", content = @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "404", description = "No such session or file")
    public byte[] read(@PathParam("session") String id, @QueryParam("path") @Nullable String path, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SessionFileException, SandboxException, InterruptedException {
        String its = checked("path", path);
        Session session = door.find(id);
        var hold = heap.hold();
        exchange.addEndHandler(answered -> hold.close());
        try (Session.Use _ = session.use()) {
            SessionFiles files = session.files();
            long most = files.mostBytesOf(its);
            hold.add(most);
            return files.read(its, most);
        }
    }

    @PUT
    @Path("files")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(operationId = "writeFile", summary = "Writes a file, in place of what it has; makes the folders on its way")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "200", description = "The file as it is now", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FileEntryView.class)))
    @APIResponse(responseCode = "404", description = "No such session")
    public FileEntryView write(@PathParam("session") String id, @QueryParam("path") @Nullable String path, InputStream body, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SessionFileException, SandboxException, InterruptedException {
        String its = checked("path", path);
        Session session = door.find(id);
        try (var hold = heap.hold();
                Session.Use _ = session.use()) {
            session.files().write(its, bodies.read(body, exchange, hold));
            return FileEntryView.of(session.files().stat(its));
        }
    }

    @DELETE
    @Path("files")
    @Operation(operationId = "removeFile", summary = "Removes a file, or a folder with all that is in it")
    @APIResponse(responseCode = "204", description = "It is removed")
    @APIResponse(responseCode = "404", description = "No such session or file")
    public void remove(@PathParam("session") String id, @QueryParam("path") @Nullable String path)
            throws RejectedException, SessionEndedException, SessionFileException, SandboxException, InterruptedException {
        Session session = door.find(id);
        try (Session.Use _ = session.use()) {
            session.files().remove(checked("path", path));
        }
    }

    @POST
    @Path("files")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "changeFile", summary = "Makes a folder, or moves a file or folder")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ChangeFileRequest.class)))
    @APIResponse(responseCode = "200", description = "The folder, or what was moved", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FileEntryView.class)))
    @APIResponse(responseCode = "404", description = "No such session or file")
    public FileEntryView change(@PathParam("session") String id, InputStream body, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SessionFileException, SandboxException, InterruptedException {
        Session session = door.find(id);
        try (var hold = heap.hold();
                Session.Use _ = session.use()) {
            ChangeFileRequest change = Json.read(bodies.read(body, exchange, hold), ChangeFileRequest.class);
            change.check();
            SessionFiles files = session.files();
            if (change.makeFolder() != null) {
                files.makeFolder(checked("makeFolder", change.makeFolder()));
                return FileEntryView.of(files.stat(change.makeFolder()));
            }
            String to = checked("to", change.to());
            files.move(checked("move", change.move()), to);
            return FileEntryView.of(files.stat(to));
        }
    }

    @GET
    @Path("entries")
    @Operation(operationId = "listFiles", summary = "What is in a folder, as deep as `depth` says: 1, the default, is the folder's own entries, 0 the file or folder itself")
    @APIResponse(responseCode = "200", description = "In no order", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FileEntriesView.class)))
    @APIResponse(responseCode = "404", description = "No such session or folder")
    public FileEntriesView list(
            @PathParam("session") String id, @QueryParam("path") @Nullable String path, @QueryParam("depth") @Nullable String depth, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SessionFileException, SandboxException, InterruptedException {
        Session session = door.find(id);
        String its = checked("path", path);
        int levels = levels(depth);
        var hold = heap.hold();
        exchange.addEndHandler(answered -> hold.close());
        hold.add(SessionFiles.MAX_LIST_BYTES);
        try (Session.Use _ = session.use()) {
            SessionFiles files = session.files();
            List<FileEntry> entries = levels == 0 ? List.of(files.stat(its)) : files.list(its, levels);
            return new FileEntriesView(entries.stream().map(FileEntryView::of).toList());
        }
    }

    @GET
    @Path("watch")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(operationId = "watchFiles", summary = "What changes in a folder, as it happens; with `below=true` also in the folders below. It ends with the session, or when the folder is gone")
    @APIResponse(responseCode = "200", description = "watching, changed, ended", content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "No such session or folder")
    @Blocking // as the class says; without it the framework logs an error for each start
    public Multi<OutboundSseEvent> watch(
            @PathParam("session") String id, @QueryParam("path") @Nullable String path, @QueryParam("below") @Nullable String below, @Context Sse sse, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SessionFileException, SandboxException, InterruptedException {
        Session session = door.find(id);
        String folder = checked("path", path);
        if (below != null && !below.equals("true") && !below.equals("false")) {
            throw RejectedException.invalid("below", "below must be true or false; got %s".formatted(below));
        }
        return EventStream.of(WatchSource.of(session, folder, Boolean.parseBoolean(below)), sse, settings, exchange);
    }

    private static int levels(@Nullable String depth) throws RejectedException {
        int levels = depth == null ? 1 : depth.matches("[0-9]{1,2}") ? Integer.parseInt(depth) : -1;
        if (levels < 0 || levels > MAX_DEPTH) {
            throw RejectedException.invalid("depth", "depth must be between 0 and %d; got %s".formatted(MAX_DEPTH, depth));
        }
        return levels;
    }

    private static String checked(String field, @Nullable String path) throws RejectedException {
        if (path == null || path.isEmpty() || path.indexOf('\0') >= 0 || path.length() > MAX_PATH_LENGTH) {
            throw RejectedException.invalid(field, "%s must be a path of 1 to %d characters".formatted(field, MAX_PATH_LENGTH));
        }
        return path;
    }
}
