package dev.mayfly.function;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Secret links to functions: a caller who has one needs no key. The store has only their digests. Thread-safe.
public final class FunctionLinks {
    private static final int TOKEN_BYTES = 32;

    private final Database database;
    private final SecureRandom random = new SecureRandom();

    public FunctionLinks(Database database) {
        this.database = database;
    }

    /// Makes a new token, which is shown this once; the earlier one stops working. Empty where the function does not exist.
    public Optional<String> renew(String tenant, String function) throws StoreException, InterruptedException {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        byte[] digest = digest(token);
        return database.write(handle -> {
            int made = handle.createUpdate("""
                            insert into function_link (tenant, name, digest, created_at)
                            select tenant, name, :digest, :now from function where tenant = :tenant and name = :name and deleted_at is null
                            on conflict (tenant, name) do update set digest = :digest, created_at = :now""")
                    .bind("tenant", tenant).bind("name", function).bind("digest", digest).bind("now", System.currentTimeMillis()).execute();
            return made == 1 ? Optional.of(token) : Optional.<String>empty();
        });
    }

    public boolean opens(String tenant, String function, String token) throws StoreException {
        byte[] digest = digest(token);
        return database.read(handle -> handle.createQuery("select digest from function_link where tenant = :tenant and name = :name")
                        .bind("tenant", tenant).bind("name", function).mapTo(byte[].class).findOne())
                .filter(stored -> MessageDigest.isEqual(stored, digest)).isPresent();
    }

    /// False where there is none.
    public boolean revoke(String tenant, String function) throws StoreException, InterruptedException {
        return database.write(handle -> remove(handle, tenant, function));
    }

    static boolean remove(Handle handle, String tenant, String function) {
        return handle.createUpdate("delete from function_link where tenant = :tenant and name = :name").bind("tenant", tenant).bind("name", function).execute() == 1;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
