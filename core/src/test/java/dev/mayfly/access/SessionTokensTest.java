package dev.mayfly.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// A token is one tenant's in one session.
class SessionTokensTest {
    private final SessionTokens tokens = new SessionTokens();

    @Test
    void tokenNamesItsTenantInItsOwnSession() {
        String token = tokens.of("alice", "one");
        assertThat(tokens.tenant(token, "one")).contains("alice");
        assertThat(tokens.tenant(token, "two")).isEmpty();
    }

    @Test
    void nothingElseIsAToken() {
        String token = tokens.of("alice", "one");
        String ofBob = tokens.of("bob", "one");
        String mixed = ofBob.substring(0, ofBob.indexOf('.')) + token.substring(token.indexOf('.'));
        for (String wrong : List.of("", ".", "a.", ".b", token + "A", token.substring(1), mixed, token.replace('.', ' '), "\u00e4." + token, new SessionTokens().of("alice", "one"))) {
            assertThat(tokens.tenant(wrong, "one")).as(wrong).isEmpty();
        }
        assertThat(tokens.tenant(tokens.of("a", "b\0c"), "b")).isEmpty();
    }
}
