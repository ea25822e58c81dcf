package dev.mayfly.http;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// A caller of whom we do not know who it is. resteasy-problem's own mapper was made for another Quarkus and fails.
public final class UnauthenticatedProblems {
    private static final int BEFORE_OTHERS = 1;

    @ServerExceptionMapper(value = {UnauthorizedException.class, AuthenticationFailedException.class}, priority = BEFORE_OTHERS)
    public Response stranger(SecurityException refusal) {
        return Problems.of(ProblemKind.UNAUTHORIZED,
                        refusal instanceof AuthenticationFailedException ? "the key or token is unknown, revoked or expired" : "send Authorization: Bearer and an API key")
                .withHeader(HttpHeaders.WWW_AUTHENTICATE, ProblemAnswer.CHALLENGE)
                .build()
                .toResponse();
    }
}
