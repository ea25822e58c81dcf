package dev.mayfly.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The keys that seal secrets: AES-256 in Galois/Counter Mode, with a nonce of its own for each secret. The first key
/// seals; all open. Thread-safe.
public final class SecretKeys {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int ID_BYTES = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
    private final String first;

    /// What is stored of a secret.
    ///
    /// @param keyId which key opens it
    record Sealed(String keyId, byte[] bytes) {}

    private SecretKeys(List<byte[]> all) {
        all.forEach(key -> keys.put(id(key), new SecretKeySpec(key, "AES")));
        first = id(all.getFirst());
    }

    /// @param texts each 32 bytes in base 64; the first one seals
    /// @throws IllegalArgumentException there is none, or one is no key
    public static SecretKeys of(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("a key is needed");
        }
        return new SecretKeys(texts.stream().map(SecretKeys::key).toList());
    }

    private static byte[] key(String text) {
        try {
            byte[] key = Base64.getDecoder().decode(text.strip());
            if (key.length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // reported below, without the key
        }
        throw new IllegalArgumentException("a key must be %d bytes in base 64".formatted(KEY_BYTES));
    }

    /// One key a line. A file that is missing is made, for its owner alone, with a new key.
    public static SecretKeys ofFile(Path file) throws IOException {
        byte[] fresh = new byte[KEY_BYTES];
        RANDOM.nextBytes(fresh);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, Base64.getEncoder().encodeToString(fresh) + "\n");
        } catch (FileAlreadyExistsException e) {
            // of an earlier start
        }
        return of(Files.readAllLines(file, UTF_8).stream().filter(line -> !line.isBlank()).toList());
    }

    private static String id(byte[] key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key), 0, ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    boolean knows(String keyId) {
        return keys.containsKey(keyId);
    }

    boolean isFirst(String keyId) {
        return first.equals(keyId);
    }

    /// @param about what it belongs to: it cannot be opened as another one's
    Sealed seal(String value, String about) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, first, nonce, about, value.getBytes(UTF_8), 0);
        byte[] bytes = new byte[NONCE_BYTES + sealed.length];
        System.arraycopy(nonce, 0, bytes, 0, NONCE_BYTES);
        System.arraycopy(sealed, 0, bytes, NONCE_BYTES, sealed.length);
        return new Sealed(first, bytes);
    }

    /// @throws IllegalStateException it was changed, or is another one's
    String open(Sealed sealed, String about) {
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(sealed.bytes(), 0, nonce, 0, NONCE_BYTES);
        return new String(cipher(Cipher.DECRYPT_MODE, sealed.keyId(), nonce, about, sealed.bytes(), NONCE_BYTES), UTF_8);
    }

    private byte[] cipher(int mode, String keyId, byte[] nonce, String about, byte[] bytes, int from) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, keys.get(keyId), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(about.getBytes(UTF_8));
            return cipher.doFinal(bytes, from, bytes.length - from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a secret cannot be opened: " + e.getClass().getSimpleName(), e);
        }
    }
}
