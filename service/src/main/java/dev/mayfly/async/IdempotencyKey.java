package dev.mayfly.async;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A client's name for one request, whatever happens on the way.
///
/// @param fingerprint of what it asked for
record IdempotencyKey(String tenant, String name, String fingerprint) {
    /// @param what distinguishes requests of different kinds
    static IdempotencyKey of(String tenant, String name, String what, byte[] body) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(what.getBytes(StandardCharsets.UTF_8));
            return new IdempotencyKey(tenant, name, HexFormat.of().formatHex(sha256.digest(body)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
