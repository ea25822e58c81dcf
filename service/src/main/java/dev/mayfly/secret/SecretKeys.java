package dev.mayfly.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// One key a line. A file that is missing is made, for its owner alone, with a new key: whole and on the disk, or not
    /// at all.
    public static SecretKeys ofFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            make(file);
        }
        List<String> lines = Files.readAllLines(file, UTF_8).stream().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            throw new IOException(file + " is empty");
        }
        return of(lines);
    }

    private static void make(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path whole = Files.createTempFile(folder, file.getFileName().toString(), ".new"); // its owner's alone
        try {
            try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap((Base64.getEncoder().encodeToString(key) + "\n").getBytes(UTF_8)));
                channel.force(true);
            }
            Files.createLink(file, whole); // never in the place of another one
        } catch (FileAlreadyExistsException e) {
            // another service on this host was quicker
        } finally {
            Files.deleteIfExists(whole);
        }
        try (FileChannel entry = FileChannel.open(folder)) {
            entry.force(true);
        }
    }

    private static String id(byte[] key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key), 0, ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    boolean isFirst(String keyId) {
        return first.equals(keyId);
    }

    /// @param about what it belongs to: it cannot be opened as another one's
    Sealed seal(String value, String about) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, first, nonce, about, value.getBytes(UTF_8), 0);
            byte[] bytes = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, bytes, NONCE_BYTES, sealed.length);
            return new Sealed(first, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    /// Empty where its key is not among these, or where it was changed or is another one's.
    Optional<String> open(Sealed sealed, String about) {
        if (!keys.containsKey(sealed.keyId()) || sealed.bytes().length < NONCE_BYTES) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(sealed.bytes(), NONCE_BYTES);
        try {
            return Optional.of(new String(cipher(Cipher.DECRYPT_MODE, sealed.keyId(), nonce, about, sealed.bytes(), NONCE_BYTES), UTF_8));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private byte[] cipher(int mode, String keyId, byte[] nonce, String about, byte[] bytes, int from) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, keys.get(keyId), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(about.getBytes(UTF_8));
        return cipher.doFinal(bytes, from, bytes.length - from);
    }
}
