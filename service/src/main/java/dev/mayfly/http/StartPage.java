package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.ResponseHeader;

/// What somebody finds who opens the service's address: what this is, and where to go on; in a browser the playground.
@Path("/")
@PermitAll
public class StartPage {
    private static final String WHAT = "Mayfly runs programs in fresh sandboxes.";
    private static final Map<String, String> PLACES = new TreeMap<>(Map.of(
            "executions", "/v1/executions",
            "health", "/health/ready",
            "metrics", "/metrics",
            "openapi", "/openapi",
            "problems", "/problems",
            "runtimes", "/v1/runtimes"));
    /// Scripts and styles come from here and are never part of the page; what programs print can be an image at most.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final String page;

    public StartPage(DoorSettings settings) {
        page = settings.playground() ? playground() : links();
    }

    /// @param links where the parts of the service are
    public record StartView(String name, String description, Map<String, String> links) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @ResponseHeader(name = "Vary", value = "Accept")
    @Operation(operationId = "showStart", summary = "What this service is, and where its parts are; JSON, or the playground for `Accept: text/html`")
    @APIResponse(responseCode = "200", description = "Name, description, and links by name")
    public StartView json() {
        return new StartView("mayfly", WHAT, PLACES);
    }

    /// The share link's fragment stays in the browser, and the page's address goes nowhere.
    @GET
    @Produces(HtmlPage.MEDIA_TYPE)
    @ResponseHeader(name = "Vary", value = "Accept")
    @ResponseHeader(name = "Cache-Control", value = "no-cache")
    @ResponseHeader(name = "Content-Security-Policy", value = POLICY)
    @ResponseHeader(name = "Referrer-Policy", value = "no-referrer")
    @ResponseHeader(name = "Cross-Origin-Opener-Policy", value = "same-origin")
    @Operation(hidden = true)
    public String page() {
        return page;
    }

    /// Made of `src/main/web` by its `build.xml`.
    private static String playground() {
        try (InputStream page = StartPage.class.getResourceAsStream("playground/index.html")) {
            return new String(Objects.requireNonNull(page).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String links() {
        return HtmlPage.of("Start page", "<p>%s Send one with <code>POST /v1/executions</code>:\n<pre>%s</pre>\n%s".formatted(
                WHAT,
                "{\"runtime\": \"python\", \"code\": \"print(6*7)\"}",
                PLACES.entrySet().stream().map(place -> "<li><a href=\"%s\">%s</a>".formatted(place.getValue(), place.getKey())).collect(Collectors.joining("\n", "<ul>\n", "\n</ul>"))));
    }
}
