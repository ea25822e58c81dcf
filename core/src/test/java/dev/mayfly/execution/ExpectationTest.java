package dev.mayfly.execution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.Expectation.Comparison;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each comparison forgives what it says, and nothing else.
class ExpectationTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            EXACT|a b\\n|a b\\n|true
            EXACT|a b\\n|a b|false
            EXACT|é|é|true
            TRIMMED|a b\\n|a b  \\n\\n|true
            TRIMMED|a b\\n\\nc|a b\\t\\n\\nc|true
            TRIMMED|a b|  a b|false
            TRIMMED|a b\\nc|a b\\n\\nc|false
            TOKENS|a b c|  a\\nb\\t c\\n|true
            TOKENS|a b c|a bc|false
            TOKENS|1.0|1|false
            TOKENS||\\n \\n|true
            NUMERIC|1.0 x|1 x|true
            NUMERIC|0.333333|0.33333333|true
            NUMERIC|1000000|1000000.5|true
            NUMERIC|1000000|1000002|false
            NUMERIC|0.1|0.10001|false
            NUMERIC|1 2|1|false
            NUMERIC|x|y|false
            NUMERIC|1|NaN|false
            NUMERIC|1e400|5|false
            NUMERIC|1|1d|false
            NUMERIC|-2.5e3|-2500|true
            TRIMMED|\\na|a|false
            TRIMMED|a|a b|false
            TOKENS|a|a b|false
            """)
    void comparisonForgivesWhatItSays(Comparison comparison, String expected, String written, boolean met) {
        assertThat(new Expectation(unescaped(expected), comparison).isMetBy(unescaped(written).getBytes(UTF_8))).isEqualTo(met);
    }

    private static String unescaped(String text) {
        return text == null ? "" : text.translateEscapes();
    }
}
