package dev.mayfly.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A key as it is kept: without its secret. The secret has 256 random bits, so that nobody can guess it from its
/// SHA-256.
///
/// @param id names it in lists and logs; part of the key
/// @param expiresAt empty when it holds until it is revoked
public record ApiKey(String id, String tenant, Set<Scope> scopes, String secretSha256, Instant createdAt, Optional<Instant> expiresAt) {
    /// What every key begins with, so that scanners for leaked secrets can find it.
    public static final String PREFIX = "mayfly_";

    private static final Pattern TOKEN = Pattern.compile(PREFIX + "(?<id>[0-9a-f]{12})_(?<secret>[A-Za-z0-9_-]{43})");
    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    public ApiKey {
        scopes = Set.copyOf(scopes);
    }

    /// A new key and its token, which is shown once and kept nowhere.
    public record Created(ApiKey key, String token) {}

    static Created create(String tenant, Set<Scope> scopes, Instant now, Optional<Instant> expiresAt) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(id);
        RANDOM.nextBytes(secret);
        String name = HexFormat.of().formatHex(id);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new Created(new ApiKey(name, tenant, scopes, sha256(text), now, expiresAt), PREFIX + name + "_" + text);
    }

    /// The id that a token names; empty when it is none of ours.
    static Optional<String> idOf(String token) {
        Matcher parts = TOKEN.matcher(token);
        return parts.matches() ? Optional.of(parts.group("id")) : Optional.empty();
    }

    /// Whether this token is this key's, in the same time for every wrong one.
    boolean fits(String token, Instant now) {
        Matcher parts = TOKEN.matcher(token);
        boolean right = parts.matches() && MessageDigest.isEqual(
                sha256(parts.group("secret")).getBytes(StandardCharsets.US_ASCII), secretSha256.getBytes(StandardCharsets.US_ASCII));
        return right && expiresAt.map(now::isBefore).orElse(true);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
