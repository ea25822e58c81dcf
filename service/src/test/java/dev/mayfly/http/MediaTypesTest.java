package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Media types are read strictly, and the weight 0 excludes.
class MediaTypesTest {
    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json;charset=UTF-8", "Application/JSON ; charset=\"utf-8\"", "application/json;", "application/json;;x=\"a;b,c\""})
    void jsonInUtf8IsJson(String type) {
        assertThat(MediaTypes.isOne(type)).isTrue();
        assertThat(MediaTypes.isJson(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json; charset=utf-16", "text/plain;x=application", "application/jsonx"})
    void anotherTypeIsNot(String type) {
        assertThat(MediaTypes.isOne(type)).isTrue();
        assertThat(MediaTypes.isJson(type)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "json", "application/", "application/json, text/plain", "application/json; charset=", "application/json; charset", "application/json; x=\"", "a/b c", "a/b;=x"})
    void malformedTypeIsNone(String type) {
        assertThat(MediaTypes.isOne(type)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            application/json                           | application/json
            */*;q=0.1, text/plain                      | */*;q=0.1, text/plain
            application/json;q=0                       | ~~
            text/event-stream;q=0.000, application/json | application/json
            application/json; Q=0, */*                 | text/event-stream, text/html
            application/*;q=0, */*;q=0.5               | text/event-stream;q=0.5, text/html;q=0.5
            */*;q=0, application/json                  | application/json
            , application/json ,                       | , application/json ,
            a/b;x="q=0,";q=1                           | a/b;x="q=0,";q=1
            """)
    void weightZeroExcludes(String accept, String left) {
        assertThat(MediaTypes.acceptable(accept)).contains(left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;q=x", "application/json;q=", "application/json;q=2", "application/json;q=-1", "json", "a/b c/d", "a/b;q=0.0001"})
    void malformedListIsNone(String accept) {
        assertThat(MediaTypes.acceptable(accept)).isEmpty();
    }

    @Test
    void noAcceptIsEverything() {
        assertThat(MediaTypes.acceptable("")).contains("");
    }
}
