package dev.mayfly.http.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is kept of results is bounded in time and size, and each tenant's own.
class KeptFilesTest {
    private static final int KIB = 1024;

    private Instant now = Instant.EPOCH;
    private final KeptFiles kept = new KeptFiles(new McpSettings(10 * KIB, 4 * KIB, Duration.ofMinutes(10), Optional.empty()), () -> now);

    @Test
    void itIsFoundByItsTenantAlone() {
        assertThat(kept.keep("a", "u", new byte[KIB])).isTrue();
        assertThat(kept.find("a", "u")).isPresent();
        assertThat(kept.find("b", "u")).isEmpty();
        assertThat(kept.of("b")).isEmpty();
    }

    @Test
    void itExpires() {
        kept.keep("a", "u", new byte[KIB]);
        now = now.plus(Duration.ofMinutes(10));
        assertThat(kept.find("a", "u")).isEmpty();
    }

    @Test
    void ofOneTenantTheOldestGoesFirst() {
        for (String uri : new String[] {"1", "2", "3", "4"}) {
            kept.keep("a", uri, new byte[KIB]);
        }
        assertThat(kept.of("a")).extracting(KeptFiles.Kept::uri).containsExactly("3", "4");
    }

    @Test
    void ofAllTenantsTheLargestGivesWay() {
        for (String tenant : new String[] {"small", "a", "b", "c"}) {
            kept.keep(tenant, "u", new byte[KIB]);
            if (!tenant.equals("small")) {
                kept.keep(tenant, "v", new byte[KIB]);
            }
        }
        assertThat(kept.find("small", "u")).isPresent();
        assertThat(kept.of("a").size() + kept.of("b").size() + kept.of("c").size()).isEqualTo(5);
    }

    @Test
    void whatIsLargerThanATenantsBoundIsNotKeptAndTakesNobodysPlace() {
        kept.keep("a", "u", new byte[KIB]);
        assertThat(kept.keep("a", "v", new byte[4 * KIB])).isFalse();
        assertThat(kept.find("a", "u")).isPresent();
    }

    @Test
    void manyEmptyOnesAreBounded() {
        for (int i = 0; i < 1000; i++) {
            kept.keep("a", "u" + i, new byte[0]);
        }
        assertThat(kept.of("a")).hasSize(8);
    }
}
