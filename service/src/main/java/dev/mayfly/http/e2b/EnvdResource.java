package dev.mayfly.http.e2b;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.Bodies;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// A sandbox's daemon, beside its calls: whether it lives, and the content of files.
@Path(E2bDialect.PATH)
@RunOnVirtualThread
@RolesAllowed("execute")
public class EnvdResource {
    private final Envd envd;
    private final Bodies bodies;
    private final HeapBudget heap;

    EnvdResource(Envd envd, Bodies bodies, HeapBudget heap) {
        this.envd = envd;
        this.bodies = bodies;
        this.heap = heap;
    }

    @GET
    @Path("health")
    @Operation(hidden = true)
    public void health(@Context RoutingContext exchange) {
        envd.session(exchange);
    }

    @GET
    @Path("files")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(hidden = true)
    public byte[] download(@QueryParam("path") @Nullable String path, @QueryParam("username") @Nullable String user, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        Envd.requireUser(user);
        Session session = envd.session(exchange);
        String its = Envd.path(path);
        var hold = heap.hold();
        exchange.addEndHandler(answered -> hold.close());
        try (var files = new EnvdFiles(session)) {
            return files.asked(all -> {
                long most = all.mostBytesOf(its);
                hold.add(most);
                return all.read(its, most);
            });
        }
    }

    record WrittenFile(String name, String type, String path) {
        static WrittenFile of(String path) {
            return new WrittenFile(path.substring(path.lastIndexOf('/') + 1), "file", path);
        }
    }

    @POST
    @Path("files")
    @Consumes({MediaType.MULTIPART_FORM_DATA, MediaType.APPLICATION_OCTET_STREAM})
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public List<WrittenFile> upload(
            @QueryParam("path") @Nullable String path, @QueryParam("username") @Nullable String user, InputStream body, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        Envd.requireUser(user);
        Session session = envd.session(exchange);
        List<WrittenFile> written = new ArrayList<>();
        try (var hold = heap.hold();
                var files = new EnvdFiles(session)) {
            for (Upload upload : Upload.of(bodies.read(body, exchange, hold), String.valueOf(exchange.request().getHeader("Content-Type")), path, hold)) {
                files.done(all -> all.write(upload.path(), upload.content()));
                written.add(WrittenFile.of(upload.path()));
            }
        }
        return written;
    }
}
