package dev.mayfly.http;

import dev.mayfly.execution.Quotas;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.stream.Collectors;

/// What a tenant has left, on every answer to a submission:
/// https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
@Provider
public class RateLimitHeaders implements ContainerResponseFilter {
    private final Instance<Quotas> quotas; // filters are made before there is a configuration
    private final Caller caller;

    public RateLimitHeaders(Instance<Quotas> quotas, Caller caller) {
        this.quotas = quotas;
        this.caller = caller;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        List<Quotas.Standing> standings = caller.knownTenant().map(tenant -> quotas.get().standing(tenant)).orElse(List.of());
        if (!standings.isEmpty()) {
            response.getHeaders().putSingle("RateLimit-Policy", standings.stream().map(RateLimitHeaders::policy).collect(Collectors.joining(", ")));
            response.getHeaders().putSingle("RateLimit", standings.stream().map(RateLimitHeaders::left).collect(Collectors.joining(", ")));
        }
    }

    private static String policy(Quotas.Standing standing) {
        String window = standing.window().isZero() ? "" : ";w=" + standing.window().toSeconds();
        return "\"%s\";q=%d%s".formatted(standing.name(), standing.limit(), window);
    }

    private static String left(Quotas.Standing standing) {
        String reset = standing.reset().isZero() ? "" : ";t=" + standing.reset().toSeconds();
        return "\"%s\";r=%d%s".formatted(standing.name(), standing.remaining(), reset);
    }
}
