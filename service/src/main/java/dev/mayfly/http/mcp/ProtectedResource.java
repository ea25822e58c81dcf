package dev.mayfly.http.mcp;

import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Where a client gets a token for `/mcp` (RFC 9728), if an OpenID provider's tokens are accepted.
@Path(ProtectedResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
public class ProtectedResource {
    static final String PATH = "/.well-known/oauth-protected-resource";

    private final McpSettings settings;

    public ProtectedResource(McpSettings settings) {
        this.settings = settings;
    }

    static URI address(RoutingContext exchange) {
        return here(exchange).resolve(PATH + McpResource.PATH);
    }

    private static URI here(RoutingContext exchange) {
        return URI.create(exchange.request().absoluteURI());
    }

    @GET
    @Operation(hidden = true)
    public Map<String, Object> whole(@Context RoutingContext exchange) {
        return ofMcp(exchange);
    }

    /// RFC 9728 puts the path of the resource behind its own.
    @GET
    @Path("mcp")
    @Operation(hidden = true)
    public Map<String, Object> ofMcp(@Context RoutingContext exchange) {
        String server = settings.authorizationServer().orElseThrow(NotFoundException::new);
        return Map.of("resource", here(exchange).resolve(McpResource.PATH).toString(), "authorization_servers", List.of(server),
                "bearer_methods_supported", List.of("header"), "scopes_supported", List.of("execute"));
    }
}
