package dev.mayfly.http.piston;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranges mean what they mean to npm.
class VersionRangeTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "*             ; 3.13.0 ; true",  "x             ; 3.13.0 ; true",  "''            ; 3.13.0 ; true",
        "3             ; 3.13.0 ; true",  "3             ; 2.7.0  ; false", "3             ; 4.0.0  ; false",
        "3.x           ; 3.13.0 ; true",  "3.*           ; 4.0.0  ; false", "3.13          ; 3.13.0 ; true",
        "3.13          ; 3.14.0 ; false", "3.13.0        ; 3.13.0 ; true",  "=3.13.0       ; 3.13.1 ; false",
        "v3.13         ; 3.13.0 ; true",  "3.x.5         ; 3.1.0  ; true",
        ">=3           ; 3.0.0  ; true",  ">= 3          ; 4.1.0  ; true",  ">=3.14        ; 3.13.0 ; false",
        ">3            ; 3.13.0 ; false", ">3            ; 4.0.0  ; true",  ">3.12         ; 3.13.0 ; true",
        "<4            ; 3.13.0 ; true",  "<3.13         ; 3.13.0 ; false", "<=3           ; 3.13.0 ; true",
        "<=3.12        ; 3.13.0 ; false", ">*            ; 3.13.0 ; false",
        "^3.11         ; 3.13.0 ; true",  "^3.14         ; 3.13.0 ; false", "^3.11         ; 4.0.0  ; false",
        "^0.2.3        ; 0.2.9  ; true",  "^0.2.3        ; 0.3.0  ; false", "^0.0.3        ; 0.0.4  ; false",
        "^0            ; 0.9.0  ; true",  "~3.13.0       ; 3.13.7 ; true",  "~3.12         ; 3.13.0 ; false",
        "~3            ; 3.13.0 ; true",  "~> 3.13       ; 3.13.0 ; true",
        ">=3.11 <4     ; 3.13.0 ; true",  ">=3.11 <3.13  ; 3.13.0 ; false",
        "3.9 - 3.13    ; 3.13.4 ; true",  "3.9 - 3.12    ; 3.13.0 ; false", "3.9 - 3.12    ; 3.8.0  ; false",
        "18 || 20      ; 20.1.0 ; true",  "18 || 20      ; 19.0.0 ; false", "18||>=22      ; 24.0.0 ; true"})
    void rangeHasTheVersionOrNot(String range, String version, boolean has) {
        assertThat(VersionRange.parse(range).orElseThrow().contains(Version.of(version))).isEqualTo(has);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "3.13.0.1", ">=", "3 - ", "3.13-rc", "=>3", "99999999999", "3;4"})
    void somethingElseIsNoRange(String text) {
        assertThat(VersionRange.parse(text)).isEmpty();
    }

    @Test
    void veryLongTextIsNoRange() {
        assertThat(VersionRange.parse(">=3 ".repeat(100))).isEmpty();
    }

    @Test
    void versionOfARuntimeHasThreeParts() {
        assertThat(Version.of("24")).hasToString("24.0.0");
        assertThat(Version.of("3.13")).hasToString("3.13.0");
        assertThat(Version.of("5.2.37-debian")).hasToString("5.2.37");
        assertThat(Version.of("nightly")).hasToString("0.0.0");
        assertThat(Version.of("3.9")).isLessThan(Version.of("3.13"));
    }
}
