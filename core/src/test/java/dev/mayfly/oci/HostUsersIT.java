package dev.mayfly.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.testing.NeedsRoot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No two living sandboxes have a host user in common.
@NeedsRoot
class HostUsersIT {
    private final Deque<String> answers = new ArrayDeque<>(List.of("100000 165536 ", "231072 ", "all 2 blocks of host users are taken"));
    private final HostUsers users = new HostUsers(UserRange.DEFAULT, range -> answers.remove());

    @Test
    void rangeIsLentAgainWhenItsSandboxIsGoneAndTheLongestUnusedFirst() throws Exception {
        assertThat(users.lend("a")).isEqualTo(100_000);
        users.giveBack("a");
        assertThat(users.lend("b")).isEqualTo(165_536);
        assertThat(users.lend("c")).isEqualTo(100_000);
    }

    @Test
    void anotherBlockIsTakenWhenAllRangesAreLent() throws Exception {
        users.lend("a");
        users.lend("b");
        assertThat(users.lend("c")).isEqualTo(231_072);
    }

    @Test
    void withoutAFreeRangeNoSandboxIsMade() throws Exception {
        users.lend("a");
        users.lend("b");
        users.lend("c");
        assertThatThrownBy(() -> users.lend("d")).isInstanceOf(SandboxException.class).hasMessageContaining("all 2 blocks");
    }

    @Test
    void givingBackTwiceGivesBackOnce() throws Exception {
        users.lend("a");
        users.giveBack("a");
        users.giveBack("a");
        assertThat(List.of(users.lend("b"), users.lend("c"), users.lend("d"))).doesNotHaveDuplicates();
    }

    @Test
    void kernelWithoutUserNamespacesMeansTheHostsOwnUsers() throws Exception {
        var none = new HostUsers(UserRange.DEFAULT, range -> "user namespaces: Operation not permitted");
        assertThat(none.lend("a")).isEqualTo(HostUsers.SHARED);
        assertThat(none.lend("b")).isEqualTo(HostUsers.SHARED);
    }

    @Test
    void keeperIsNotAskedWhereNoneAreWanted() throws Exception {
        var none = new HostUsers(UserRange.parse("none"), range -> {
            throw new AssertionError("asked");
        });
        assertThat(none.lend("a")).isEqualTo(HostUsers.SHARED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1-2", "70000", "70000-80000", "0-9999999999", "80000-70000", "-1-5", "many"})
    void rangeThatCannotBeIsRefused(String text) {
        assertThatThrownBy(() -> UserRange.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("host users must be");
    }
}
