package dev.mayfly.http.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What counts as a JSON-RPC message.
class MessageTest {
    private static Message read(String json) throws RpcException {
        return Message.read(json.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "{\"jsonrpc\":                                                      | -32700",
        "not JSON                                                           | -32700",
        "[{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}]          | -32600",
        "\"ping\"                                                           | -32600",
        "{\"id\": 1, \"method\": \"ping\"}                                  | -32600",
        "{\"jsonrpc\": \"2.0\", \"id\": null, \"method\": \"ping\"}         | -32600",
        "{\"jsonrpc\": \"2.0\", \"id\": 1.5, \"method\": \"ping\"}          | -32600",
        "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": 1}                   | -32600",
        "{\"jsonrpc\": \"2.0\", \"id\": 1}                                  | -32600",
        "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\", \"params\": []} | -32600",
    })
    void whatIsNoMessageIsRefused(String json, int code) {
        RpcError error = assertThatExceptionOfType(RpcException.class).isThrownBy(() -> read(json)).actual().error();
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.status()).isEqualTo(400);
    }

    @Test
    void requestHasAnIdAndANotificationHasNone() throws RpcException {
        assertThat(read("{\"jsonrpc\": \"2.0\", \"id\": \"a\", \"method\": \"ping\"}").isRequest()).isTrue();
        assertThat(read("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}").isRequest()).isFalse();
        assertThat(read("{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": {}}").isRequest()).isFalse();
    }
}
