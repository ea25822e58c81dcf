package dev.mayfly.http.e2b;

import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// What clients of E2B can ask for, and Mayfly does not offer: a sentence that says so, for their own would be that the sandbox is missing.
@Path(E2bDialect.PATH)
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class Unoffered {
    static HttpProblem problem(String feature) {
        return Envd.problem(Response.Status.NOT_IMPLEMENTED, "Mayfly does not offer %s; see docs/reference/e2b.md".formatted(feature));
    }

    @PUT
    @Path("sandboxes/{id}/{feature}")
    @Operation(hidden = true)
    public Map<String, String> set(@PathParam("id") String id, @PathParam("feature") String feature) {
        throw problem(feature);
    }

    @GET
    @Path("sandboxes/{id}/{feature}")
    @Operation(hidden = true)
    public Map<String, String> get(@PathParam("id") String id, @PathParam("feature") String feature) {
        throw problem(feature);
    }

    @GET
    @Path("{feature: snapshots|templates|volumes|secrets}")
    @Operation(hidden = true)
    public Map<String, String> list(@PathParam("feature") String feature) {
        throw problem(feature);
    }

    @POST
    @Path("{feature: templates|volumes|secrets}")
    @Operation(hidden = true)
    public Map<String, String> create(@PathParam("feature") String feature) {
        throw problem(feature);
    }

    @POST
    @Path("{version: v2|v3}/templates")
    @Operation(hidden = true)
    public Map<String, String> build(@PathParam("version") String version) {
        throw problem("templates");
    }
}
