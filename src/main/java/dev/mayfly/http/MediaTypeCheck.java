package dev.mayfly.http;

import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Media types that are none are the caller's fault; the framework would take them for its own.
public final class MediaTypeCheck {
    @ServerRequestFilter(preMatching = true)
    public void check(ContainerRequestContext request) {
        for (String header : List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.ACCEPT)) {
            for (String value : request.getHeaders().getOrDefault(header, List.of())) {
                for (String type : value.split(",", -1)) {
                    requireMediaType(header, type.strip());
                }
            }
        }
    }

    private static void requireMediaType(String header, String type) {
        try {
            if (!type.isEmpty()) {
                MediaType.valueOf(type);
            }
        } catch (IllegalArgumentException e) {
            throw HttpProblem.valueOf(Response.Status.BAD_REQUEST, header + " is no media type");
        }
    }
}
