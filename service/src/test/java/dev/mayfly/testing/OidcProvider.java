package dev.mayfly.testing;

import com.sun.net.httpserver.HttpServer;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/// An OpenID provider of the test's own: its metadata, its key and tokens signed with it.
public final class OidcProvider implements AutoCloseable {
    private static final String KEY_ID = "test";

    private final KeyPair keys = newKeys();
    private final HttpServer server;

    public OidcProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/.well-known/openid-configuration", """
                {"issuer": "%1$s", "jwks_uri": "%1$s/keys", "token_endpoint": "%1$s/token", "authorization_endpoint": "%1$s/authorize"}
                """.formatted(url()));
        var key = (RSAPublicKey) keys.getPublic();
        answer("/keys", """
                {"keys": [{"kty": "RSA", "kid": "%s", "alg": "RS256", "use": "sig", "n": "%s", "e": "%s"}]}
                """.formatted(KEY_ID, number(key.getModulus()), number(key.getPublicExponent())));
        server.start();
    }

    private void answer(String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public String token(String subject, Map<String, Object> claims) {
        return signed(subject, claims, keys);
    }

    /// As another provider would sign it.
    public String forgedToken(String subject, Map<String, Object> claims) {
        return signed(subject, claims, newKeys());
    }

    private String signed(String subject, Map<String, Object> claims, KeyPair signer) {
        return Jwt.claims(claims).issuer(url().toString()).subject(subject).expiresIn(Duration.ofMinutes(5)).jws().keyId(KEY_ID).sign(signer.getPrivate());
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String number(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
