package dev.mayfly.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A rejection for now says when to come again, however soon that is.
class RejectedExceptionTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "500, 1", "1000, 1", "1001, 2", "30000, 30"})
    void pauseIsReportedInWholeSecondsRoundedUp(long millis, long seconds) {
        var rejection = RejectedException.forNow(RejectedException.Kind.AT_CAPACITY, "full", Duration.ofMillis(millis));
        assertThat(rejection.retryAfter()).contains(Duration.ofMillis(millis));
        assertThat(rejection.retryAfterSeconds()).contains(seconds);
    }

    @Test
    void whatIsWrongNeedNotComeAgain() {
        assertThat(RejectedException.invalid("code", "empty").retryAfter()).isEmpty();
        assertThat(RejectedException.invalid("code", "empty").retryAfterSeconds()).isEmpty();
    }
}
