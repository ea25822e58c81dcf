package dev.mayfly.http.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Of a long text, the beginning and the end are shown, and how much is left out.
class ClippedTest {
    @Test
    void whatFitsIsWhole() {
        String text = "x".repeat(20_000);
        assertThat(Clipped.of(text)).isEqualTo(new Clipped(text, 0));
    }

    @Test
    void ofALongTextBothEndsAreShown() {
        Clipped clipped = Clipped.of("a".repeat(10_000) + "b".repeat(345) + "c".repeat(10_000));
        assertThat(clipped.text()).isEqualTo("a".repeat(10_000) + "\n[... 345 characters left out ...]\n" + "c".repeat(10_000));
        assertThat(clipped.leftOut()).isEqualTo(345);
    }

    @Test
    void noCharacterIsHalved() {
        Clipped clipped = Clipped.of("a" + "😀".repeat(15_000));
        assertThat(clipped.text().codePoints().filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)).isEmpty();
    }
}
