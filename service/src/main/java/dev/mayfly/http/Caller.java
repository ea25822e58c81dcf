package dev.mayfly.http;

import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/// Who sent this request. An API key names its tenant; a token does so in a claim, else its subject is a tenant of its
/// own.
@RequestScoped
public class Caller {
    private final SecurityIdentity identity;
    private final DoorSettings settings;
    private final Access access;
    private @Nullable String tenant;

    public Caller(SecurityIdentity identity, DoorSettings settings, Access access) {
        this.identity = identity;
        this.settings = settings;
        this.access = access;
    }

    /// Asks who it is, which may take a moment.
    public String tenant() {
        String name = identity.getPrincipal() instanceof JsonWebToken token
                ? String.valueOf(token.<Object>claim(settings.tenantClaim()).orElseGet(token::getSubject))
                : identity.getPrincipal().getName();
        if (!AccessFile.isName(name)) {
            throw new ForbiddenException("the token names no tenant");
        }
        tenant = name;
        return name;
    }

    /// Whether it has shown who it is, or need not.
    boolean isKnown() {
        return !identity.isAnonymous();
    }

    /// Empty where it is not known, or lacks the scope.
    Optional<String> tenantWith(Scope scope) {
        try {
            return isKnown() && identity.hasRole(scope.wireName()) ? Optional.of(tenant()) : Optional.empty();
        } catch (ForbiddenException e) {
            return Optional.empty(); // a token of no tenant
        }
    }

    /// Whether the caller may look at what is not its own tenant's.
    boolean isAdmin() {
        return identity.hasRole(Scope.ADMIN.wireName());
    }

    /// Whether the caller would still be let in: a connection may live longer than the key that opened it. A token's
    /// end closes its connections by itself.
    boolean isStillLetIn() {
        @Nullable String token = identity.getAttribute(ApiKeyMechanism.TOKEN);
        if (token != null) {
            return access.verify(token).isPresent();
        }
        return access.isOpen() || identity.getPrincipal() instanceof JsonWebToken;
    }

    /// Empty before somebody has asked.
    Optional<String> knownTenant() {
        return Optional.ofNullable(tenant);
    }
}
