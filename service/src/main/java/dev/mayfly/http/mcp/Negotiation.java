package dev.mayfly.http.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Which revision a message is of. The body decides; since 2026-07-28, headers repeat what proxies route by, and must
/// agree with it.
///
/// @param headers each by its name; empty where it is missing
record Negotiation(Message message, Function<String, Optional<String>> headers) {
    static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    static final String INITIALIZE = "initialize";

    private static final String VERSION_HEADER = "MCP-Protocol-Version";
    private static final String METHOD_HEADER = "Mcp-Method";
    private static final String NAME_HEADER = "Mcp-Name";
    /// What `Mcp-Name` repeats.
    private static final Map<String, String> NAMED_BY = Map.of("tools/call", "name", "prompts/get", "name", "resources/read", "uri");
    private static final String BASE64 = "=?base64?";
    private static final String BASE64_END = "?=";

    ProtocolVersion version() throws RpcException {
        Optional<String> header = headers.apply(VERSION_HEADER);
        if (message.meta().has(VERSION)) {
            return modern(message.meta().get(VERSION), header);
        }
        if (header.isEmpty() || message.method().equals(INITIALIZE)) {
            return ProtocolVersion.ASSUMED;
        }
        ProtocolVersion named = ProtocolVersion.named(header.get()).orElseThrow(() -> new RpcException(RpcError.unsupportedVersion(header.get())));
        if (named.isModern() && message.isRequest()) {
            throw new RpcException(RpcError.invalidEnvelope("params._meta must have " + VERSION));
        }
        return named;
    }

    private ProtocolVersion modern(JsonNode claim, Optional<String> header) throws RpcException {
        if (!claim.isTextual()) {
            throw new RpcException(RpcError.invalidEnvelope(VERSION + " must be a string"));
        }
        if (message.isRequest() || header.isPresent()) {
            requireEqual(VERSION_HEADER, header, claim.textValue());
        }
        ProtocolVersion version = ProtocolVersion.named(claim.textValue()).filter(ProtocolVersion::isModern)
                .orElseThrow(() -> new RpcException(RpcError.unsupportedVersion(claim.textValue())));
        if (message.isRequest()) {
            if (!message.meta().path(CAPABILITIES).isObject()) {
                throw new RpcException(RpcError.invalidEnvelope("params._meta must have the object " + CAPABILITIES));
            }
            requireEqual(METHOD_HEADER, headers.apply(METHOD_HEADER), message.method());
            requireName();
        }
        return version;
    }

    private void requireName() throws RpcException {
        String field = NAMED_BY.get(message.method());
        JsonNode name = field == null ? null : message.params().get(field);
        if (name == null || !name.isTextual()) {
            return; // the method itself reports what is missing
        }
        Optional<String> header = headers.apply(NAME_HEADER);
        if (header.isPresent() && header.get().startsWith(BASE64) && header.get().endsWith(BASE64_END)) {
            header = Optional.of(decoded(header.get()));
        }
        requireEqual(NAME_HEADER, header, name.textValue());
    }

    /// What is no plain ASCII.
    private static String decoded(String header) throws RpcException {
        try {
            byte[] bytes = Base64.getDecoder().decode(header.substring(BASE64.length(), header.length() - BASE64_END.length()));
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException | CharacterCodingException e) {
            throw new RpcException(RpcError.headerMismatch("the header %s is not UTF-8 in base64".formatted(NAME_HEADER)));
        }
    }

    private static void requireEqual(String name, Optional<String> header, String body) throws RpcException {
        if (header.isEmpty()) {
            throw new RpcException(RpcError.headerMismatch("the header %s is missing; the body says %s".formatted(name, body)));
        }
        if (!header.get().equals(body)) {
            throw new RpcException(RpcError.headerMismatch("the header %s is %s; the body says %s".formatted(name, header.get(), body)));
        }
    }
}
