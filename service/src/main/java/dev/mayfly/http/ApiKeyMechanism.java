package dev.mayfly.http;

import dev.mayfly.access.ApiKey;
import dev.mayfly.access.Scope;
import dev.mayfly.execution.Submission;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `Authorization: Bearer mayfly_…` to a tenant with its scopes. A token of another kind is left to OpenID Connect.
@Singleton
public class ApiKeyMechanism implements HttpAuthenticationMechanism {
    /// The identity's attribute with the token that it was proved by; missing where no key was needed.
    static final String TOKEN = "mayfly.token";

    private static final String BEARER = "Bearer ";

    // which would take every bearer token for one of its own
    private static final int BEFORE_OPENID = 2 * DEFAULT_PRIORITY;

    private final Access access;

    public ApiKeyMechanism(Access access) {
        this.access = access;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext exchange, IdentityProviderManager providers) {
        if (access.isOpen()) {
            return Uni.createFrom().item(identity(Submission.DEFAULT_TENANT, List.of(Scope.values())).build());
        }
        String header = exchange.request().getHeader(HttpHeaderNames.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, BEARER + ApiKey.PREFIX, 0, BEARER.length() + ApiKey.PREFIX.length())) {
            return Uni.createFrom().nullItem();
        }
        String token = header.substring(BEARER.length());
        Optional<ApiKey> key = access.verify(token);
        return key.isPresent()
                ? Uni.createFrom().item(identity(key.get().tenant(), key.get().scopes()).addAttribute(TOKEN, token).build())
                : Uni.createFrom().failure(new AuthenticationFailedException("the key is unknown, revoked or expired"));
    }

    public static QuarkusSecurityIdentity.Builder identity(String tenant, Collection<Scope> scopes) {
        var identity = QuarkusSecurityIdentity.builder().setPrincipal(new QuarkusPrincipal(tenant));
        scopes.forEach(scope -> identity.addRole(scope.wireName()));
        return identity;
    }

    @Override
    public int getPriority() {
        return BEFORE_OPENID;
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext exchange) {
        return Uni.createFrom().item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, ProblemAnswer.CHALLENGE));
    }

    /// Outside of the resources, which make a problem of it themselves.
    @Override
    public Uni<Boolean> sendChallenge(RoutingContext exchange) {
        ProblemAnswer.send(exchange, ProblemKind.UNAUTHORIZED, "send Authorization: Bearer and an API key");
        return Uni.createFrom().item(true);
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }
}
