package dev.mayfly.http.cgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a program has written, as an answer.
class CgiResponseTest {
    private static CgiResponse of(String output) throws Exception {
        return CgiResponse.of(output.getBytes(UTF_8));
    }

    @Test
    void headersAndBodyAreTheProgramsOwn() throws Exception {
        CgiResponse answer = of("Content-Type: text/html\nStatus: 201 Made\nX-Own: a: b \n\n<p>hello</p>\n\nmore");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).containsExactly(Map.entry("Content-Type", "text/html"), Map.entry("X-Own", "a: b"));
        assertThat(answer.body()).asString(UTF_8).isEqualTo("<p>hello</p>\n\nmore");
    }

    @Test
    void linesMayEndAsHttpHasThem() throws Exception {
        CgiResponse answer = of("Status: 404\r\nX-A: b\r\n\r\ngone\r\n");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers()).containsExactly(Map.entry("X-A", "b"), Map.entry("Content-Type", "text/plain; charset=utf-8"));
        assertThat(answer.body()).asString(UTF_8).isEqualTo("gone\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "", "\n\nx", "Note: this is\n\nno header of CGI", "hello\nContent-Type: text/html\n\nx", "Content-Type: text/html", "Content-Type: text/html\nx"})
    void anythingElseIsTheBody(String output) throws Exception {
        CgiResponse answer = of(output);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsExactly(Map.entry("Content-Type", "text/plain; charset=utf-8"));
        assertThat(answer.body()).asString(UTF_8).isEqualTo(output);
    }

    @Test
    void bytesStayBytes() throws Exception {
        byte[] bytes = {(byte) 0xff, 0, (byte) 0xfe, '\n', '\n'};
        assertThat(CgiResponse.of(bytes).headers()).containsExactly(Map.entry("Content-Type", "application/octet-stream"));
        assertThat(CgiResponse.of(bytes).body()).isEqualTo(bytes);
        byte[] typed = "Content-Type: image/png\n\n\u00ff\u0000\n\n".getBytes(ISO_8859_1);
        assertThat(CgiResponse.of(typed).body()).isEqualTo("\u00ff\u0000\n\n".getBytes(ISO_8859_1));
    }

    @Test
    void locationIsARedirect() throws Exception {
        assertThat(of("Location: https://example.org/\n\n").status()).isEqualTo(302);
        assertThat(of("Location: /elsewhere\nStatus: 301\n\n").status()).isEqualTo(301);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie: a=b", "Transfer-Encoding: chunked", "Content-Length: 7", "Connection: close", "Strict-Transport-Security: max-age=1", "Clear-Site-Data: *",
            "Service-Worker-Allowed: /", "X-Accel-Redirect: /x", "X-Sendfile: /x", "Accept-CH: x", "Content-Encoding: gzip", "SET-COOKIE: a=b", "Mayfly-Execution-Id: x", "Status : 200"})
    void headersThatAreNotAProgramsToSetAreLeftOut(String line) throws Exception {
        if (line.startsWith("Status :")) {
            assertThatThrownBy(() -> of("Content-Type: a/b\n" + line + "\n\n")).isInstanceOf(CgiResponse.MalformedException.class);
        } else {
            assertThat(of("Content-Type: a/b\n" + line + "\n\nx").headers()).containsExactly(Map.entry("Content-Type", "a/b"));
        }
    }

    @ParameterizedTest
    @CsvSource({"Status: 99", "Status: 101 Switching Protocols", "Status: 600", "Status: x", "Status: 2000", "a line without a colon", "X-A: b\u0001c", "b\u00e4d: x"})
    void blockThatIsNoneIsAFault(String line) {
        assertThatThrownBy(() -> of("Content-Type: text/html\n" + line + "\n\nbody")).isInstanceOf(CgiResponse.MalformedException.class);
    }

    @Test
    void statusWithoutABodyHasNone() throws Exception {
        assertThat(of("Status: 204\n\nx").hasBody()).isFalse();
        assertThat(of("Status: 304\n\n").hasBody()).isFalse();
        assertThat(of("Status: 200\n\n").hasBody()).isTrue();
    }

    @Test
    void noOutputBreaksIt() {
        var random = new Random(3);
        String[] pieces = {"Content-Type: a/b", "Status: 200", ":", "\n", "\r\n", "\n\n", "\r", "x", "\0", "Location:", " ", "\u00ff"};
        for (int i = 0; i < 20_000; i++) {
            var output = new StringBuilder();
            for (int piece = random.nextInt(8); piece > 0; piece--) {
                output.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] bytes = output.toString().getBytes(ISO_8859_1);
            try {
                CgiResponse answer = CgiResponse.of(bytes);
                assertThat(answer.status()).isBetween(200, 599);
                assertThat(answer.body().length).isLessThanOrEqualTo(bytes.length);
                assertThat(answer.headers()).allSatisfy(header -> assertThat(header.getKey() + header.getValue()).doesNotContain("\n", "\r", "\0"));
            } catch (CgiResponse.MalformedException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
