package dev.mayfly.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.secret.SecretInfo;
import dev.mayfly.secret.Secrets;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FunctionDefinition;
import dev.mayfly.wire.Json;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/// A tenant's secrets: written, listed by name, and never shown.
@Path("/v1/secrets")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed({"read", "execute"})
public class SecretResource {
    private final Eventually<Optional<Secrets>> secrets;
    private final Caller caller;
    private final Bodies bodies;
    private final HeapBudget heap;

    public SecretResource(Eventually<Optional<Secrets>> secrets, Caller caller, Bodies bodies, HeapBudget heap) {
        this.secrets = secrets;
        this.caller = caller;
        this.bodies = bodies;
        this.heap = heap;
    }

    /// What is sent, for the API's document. It is not read as such: a complaint about its type would repeat it.
    record FunctionSecretRequest(@Nullable String value) {}

    public record FunctionSecretView(String name, String createdAt, String changedAt) {
        static FunctionSecretView of(SecretInfo secret) {
            return new FunctionSecretView(secret.name(), secret.createdAt().toString(), secret.changedAt().toString());
        }
    }

    public record FunctionSecretsView(List<FunctionSecretView> secrets) {}

    private Secrets secrets() throws StoreException, InterruptedException {
        return secrets.get().orElseThrow(() -> Problems.of(ProblemKind.SECRETS_UNAVAILABLE, "no key for secrets is configured: the operator sets mayfly.secrets.keys").build());
    }

    @GET
    @Operation(operationId = "listFunctionSecrets", summary = "The names of the secrets that functions may get; never their values")
    public FunctionSecretsView list() throws StoreException, InterruptedException {
        return new FunctionSecretsView(secrets().list(caller.tenant()).stream().map(FunctionSecretView::of).toList());
    }

    @PUT
    @Path("{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("execute")
    @Operation(operationId = "putFunctionSecret", summary = "Stores a secret, or another value of it. A function that names it gets it as a variable; nobody is shown it")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = FunctionSecretRequest.class)))
    @APIResponse(responseCode = "201", description = "It is new")
    @APIResponse(responseCode = "204", description = "It has another value")
    @APIResponse(responseCode = "400", description = "The name or the value is not valid")
    @APIResponse(responseCode = "501", description = "No key for secrets is configured")
    public Response put(@PathParam("name") String name, InputStream body, @Context RoutingContext exchange) throws RejectedException, StoreException, InterruptedException {
        String tenant = caller.tenant();
        FunctionDefinition.secretName("name", name);
        try (var hold = heap.hold()) {
            JsonNode request = tree(bodies.read(body, exchange, hold));
            if (!(request instanceof ObjectNode fields) || fields.size() != 1 || !fields.path("value").isTextual()) {
                throw RejectedException.invalid("value", "the body must be an object with the field value, which is a string");
            }
            boolean isNew = secrets().put(tenant, name, fields.path("value").textValue());
            return Response.status(isNew ? Response.Status.CREATED : Response.Status.NO_CONTENT).build();
        }
    }

    /// Without the parser's own words, which repeat what it stumbled over.
    private static JsonNode tree(byte[] json) throws RejectedException {
        try {
            return Json.tree(json);
        } catch (RejectedException e) {
            throw RejectedException.invalid("", "the body must be JSON in UTF-8, such as {\"value\": \"…\"}");
        }
    }

    @DELETE
    @Path("{name}")
    @RolesAllowed("execute")
    @Operation(operationId = "deleteFunctionSecret", summary = "Deletes a secret. Functions that name it are refused from now on")
    @APIResponse(responseCode = "204", description = "It is deleted")
    @APIResponse(responseCode = "404", description = "It does not exist")
    public void delete(@PathParam("name") String name) throws RejectedException, StoreException, InterruptedException {
        if (!secrets().delete(caller.tenant(), FunctionDefinition.secretName("name", name))) {
            throw Problems.unknown(ProblemKind.UNKNOWN_SECRET);
        }
    }
}
