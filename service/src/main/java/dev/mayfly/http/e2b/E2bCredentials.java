package dev.mayfly.http.e2b;

import dev.mayfly.access.ApiKey;
import dev.mayfly.access.Scope;
import dev.mayfly.access.SessionTokens;
import dev.mayfly.http.ApiKeyMechanism;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Who calls: at the control API a key in `X-API-KEY`, which is as good as one in `Authorization`; in a sandbox the
/// token that the control API gave for it.
@Singleton
public class E2bCredentials implements HttpAuthenticationMechanism {
    private static final int BEFORE_ANYBODY_ASKS = 26_000;
    private static final String KEY = "X-API-KEY";
    private static final String THEIR_PREFIX = "e2b_";
    private static final List<String> TOKENS = List.of("X-Access-Token", "E2B-Traffic-Access-Token");

    private final SessionTokens tokens;

    public E2bCredentials(SessionTokens tokens) {
        this.tokens = tokens;
    }

    void register(@Observes Filters filters) {
        filters.register(E2bCredentials::takeKey, BEFORE_ANYBODY_ASKS);
    }

    private static void takeKey(RoutingContext exchange) {
        MultiMap headers = exchange.request().headers();
        if (E2bDialect.isBelow(exchange.normalizedPath()) && headers.contains(KEY) && !headers.contains(HttpHeaderNames.AUTHORIZATION)) {
            String key = String.valueOf(headers.get(KEY));
            boolean isDressed = key.startsWith(THEIR_PREFIX + ApiKey.PREFIX); // for clients that look at its form
            headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + (isDressed ? key.substring(THEIR_PREFIX.length()) : key));
        }
        exchange.next();
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext exchange, IdentityProviderManager providers) {
        MultiMap headers = exchange.request().headers();
        Optional<String> sandbox = Optional.ofNullable(headers.get(Envd.SANDBOX));
        if (sandbox.isEmpty() || !Envd.isInSandbox(exchange.normalizedPath())) {
            return Uni.createFrom().nullItem();
        }
        Optional<String> tenant = TOKENS.stream().flatMap(name -> Stream.ofNullable(headers.get(name))).flatMap(token -> tokens.tenant(token, sandbox.get()).stream()).findFirst();
        return tenant.isPresent()
                ? Uni.createFrom().item(ApiKeyMechanism.identity(tenant.get(), List.of(Scope.EXECUTE)).build())
                : Uni.createFrom().nullItem();
    }

    /// Behind keys, and before OpenID Connect.
    @Override
    public int getPriority() {
        return DEFAULT_PRIORITY + 1;
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext exchange) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }
}
