package dev.mayfly.http.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A message's revision, and what each revision demands of headers and body.
class NegotiationTest {
    private static final String META = "\"_meta\": {\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\", \"io.modelcontextprotocol/clientCapabilities\": {}}";

    private static ProtocolVersion version(String headers, String message) throws RpcException {
        Map<String, String> byName = new HashMap<>();
        for (String header : headers.isEmpty() ? new String[0] : headers.split("; ", -1)) {
            byName.put(header.substring(0, header.indexOf('=')), header.substring(header.indexOf('=') + 1));
        }
        return new Negotiation(Message.read(message.getBytes(UTF_8)), name -> Optional.ofNullable(byName.get(name))).version();
    }

    private static String request(String method, String params) {
        return "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"%s\", \"params\": {%s}}".formatted(method, params);
    }

    private static RpcError refused(String headers, String message) {
        return assertThatExceptionOfType(RpcException.class).isThrownBy(() -> version(headers, message)).actual().error();
    }

    @Test
    void versionOfTheBodyDecides() throws RpcException {
        assertThat(version("MCP-Protocol-Version=2026-07-28; Mcp-Method=tools/list", request("tools/list", META))).isEqualTo(ProtocolVersion.V2026_07_28);
    }

    @Test
    void clientsWithHandshakeNameTheirVersionInTheHeaderOrNowhere() throws RpcException {
        assertThat(version("MCP-Protocol-Version=2025-11-25", request("tools/list", ""))).isEqualTo(ProtocolVersion.V2025_11_25);
        assertThat(version("", request("tools/list", ""))).isEqualTo(ProtocolVersion.V2025_03_26);
        assertThat(version("MCP-Protocol-Version=2026-07-28", request("initialize", ""))).isEqualTo(ProtocolVersion.V2025_03_26);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "Mcp-Method=tools/call; Mcp-Name=run_code                                                  | tools/call | \"name\": \"run_code\", ",
        "MCP-Protocol-Version=2025-11-25; Mcp-Method=tools/call; Mcp-Name=run_code                 | tools/call | \"name\": \"run_code\", ",
        "MCP-Protocol-Version=2026-07-28; Mcp-Name=run_code                                        | tools/call | \"name\": \"run_code\", ",
        "MCP-Protocol-Version=2026-07-28; Mcp-Method=tools/list; Mcp-Name=run_code                 | tools/call | \"name\": \"run_code\", ",
        "MCP-Protocol-Version=2026-07-28; Mcp-Method=tools/call                                    | tools/call | \"name\": \"run_code\", ",
        "MCP-Protocol-Version=2026-07-28; Mcp-Method=tools/call; Mcp-Name=list_languages           | tools/call | \"name\": \"run_code\", ",
        "MCP-Protocol-Version=2026-07-28; Mcp-Method=tools/call; Mcp-Name==?base64?cnVuX2Nv?=      | tools/call | \"name\": \"run_code\", ",
        "MCP-Protocol-Version=2026-07-28; Mcp-Method=tools/call; Mcp-Name==?base64?*?=             | tools/call | \"name\": \"run_code\", ",
        "MCP-Protocol-Version=2026-07-28; Mcp-Method=resources/read; Mcp-Name=a                    | resources/read | \"uri\": \"b\", ",
    })
    void headersThatDisagreeWithTheBodyAreRefused(String headers, String method, String params) {
        RpcError error = refused(headers.strip(), request(method, params + META));
        assertThat(error.code()).isEqualTo(-32020);
        assertThat(error.status()).isEqualTo(400);
    }

    @Test
    void nameThatIsNotAsciiComesInBase64() throws RpcException {
        String headers = "MCP-Protocol-Version=2026-07-28; Mcp-Method=resources/read; Mcp-Name==?base64?w6Q=?=";
        assertThat(version(headers, request("resources/read", "\"uri\": \"ä\", " + META)).isModern()).isTrue();
    }

    @Test
    void unknownVersionIsRefusedWithThoseThatThereAre() {
        String message = request("tools/list", META.replace("2026-07-28", "2099-01-01"));
        RpcError error = refused("MCP-Protocol-Version=2099-01-01; Mcp-Method=tools/list", message);
        assertThat(error.code()).isEqualTo(-32022);
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.data().orElseThrow().path("requested").asText()).isEqualTo("2099-01-01");
        assertThat(error.data().orElseThrow().path("supported")).hasToString("[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\",\"2024-11-05\"]");
        assertThat(refused("MCP-Protocol-Version=2099-01-01", request("tools/list", "")).code()).isEqualTo(-32022);
    }

    @Test
    void requestWithoutHandshakeHasItsVersionAndCapabilitiesInTheBody() {
        String headers = "MCP-Protocol-Version=2026-07-28; Mcp-Method=tools/list";
        assertThat(refused(headers, request("tools/list", ""))).matches(error -> error.code() == -32602 && error.status() == 400);
        String bare = META.replaceFirst(", \"io[^}]*}", "");
        assertThat(refused(headers, request("tools/list", bare))).matches(error -> error.code() == -32602 && error.message().contains("clientCapabilities"));
    }

    @Test
    void notificationsNeedNoHeaders() throws RpcException {
        String notification = "{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\", \"params\": {%s}}".formatted(META);
        assertThat(version("", notification).isModern()).isTrue();
    }
}
