package dev.mayfly.access;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mayfly.execution.Quota;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The keys and tenants in one JSON file that only its owner may read. A file that is not there has no key.
/// Thread-safe; writers on one host take turns.
public final class AccessFile {
    public static final Path PATH = Path.of("/var/lib/mayfly/access.json");

    private static final System.Logger LOG = System.getLogger(AccessFile.class.getName());
    private static final Pattern TENANT = Pattern.compile("[!-~]{1,200}");
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModules(new Jdk8Module(), new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /// Everything in it. Immutable.
    public record Content(List<ApiKey> keys, Map<String, Quota> tenants) {
        static final Content EMPTY = new Content(List.of(), Map.of());

        public Content {
            keys = List.copyOf(keys);
            tenants = Map.copyOf(tenants);
        }
    }

    /// What one look at the file saw of it; another one of the same size within the file system's resolution of time
    /// would be the same.
    private record Version(Optional<FileTime> modified, String inode) {
        static final Version NEVER = new Version(Optional.empty(), "");
    }

    private final Path path;
    private Version version = Version.NEVER;
    private Content content = Content.EMPTY;

    /// Reads nothing yet.
    public AccessFile(Path path) {
        this.path = path;
    }

    public boolean exists() {
        return Files.exists(path);
    }

    /// As the file is now. One that cannot be read keeps what was known before, and lets nobody in when nothing was.
    public synchronized Content content() {
        try {
            Version now = version();
            if (!now.equals(version)) {
                content = now.modified().isEmpty() ? Content.EMPTY : JSON.readValue(path.toFile(), Content.class);
                version = now;
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "{0} cannot be read; what was known before still holds: {1}", path, e.getMessage());
        }
        return content;
    }

    private Version version() throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Version(Optional.of(attributes.lastModifiedTime()), String.valueOf(attributes.fileKey()));
        } catch (NoSuchFileException e) {
            return Version.NEVER;
        }
    }

    /// The key that a token is, unless it is revoked or too old.
    public Optional<ApiKey> verify(String token) {
        Instant now = Instant.now();
        return ApiKey.idOf(token)
                .flatMap(id -> content().keys().stream().filter(key -> key.id().equals(id)).findFirst())
                .filter(key -> key.fits(token, now));
    }

    /// @param lifetime empty when it shall hold until it is revoked
    /// @throws IllegalArgumentException such a tenant's name cannot be
    public ApiKey.Created create(String tenant, Set<Scope> scopes, Optional<Duration> lifetime) throws IOException {
        requireName(tenant);
        Instant now = Instant.now();
        ApiKey.Created created = ApiKey.create(tenant, scopes, now, lifetime.map(now::plus));
        change(old -> {
            List<ApiKey> keys = new ArrayList<>(old.keys());
            keys.add(created.key());
            return new Content(keys, old.tenants());
        });
        return created;
    }

    /// False when there is no such key.
    public boolean revoke(String id) throws IOException {
        Content before = change(old -> new Content(old.keys().stream().filter(key -> !key.id().equals(id)).toList(), old.tenants()));
        return before.keys().stream().anyMatch(key -> key.id().equals(id));
    }

    /// Sets what a tenant may use, in place of what was set before.
    public void allow(String tenant, Quota quota) throws IOException {
        requireName(tenant);
        change(old -> {
            var tenants = new TreeMap<>(old.tenants());
            tenants.put(tenant, quota);
            return new Content(old.keys(), tenants);
        });
    }

    public static boolean isName(String tenant) {
        return TENANT.matcher(tenant).matches();
    }

    private static void requireName(String tenant) {
        if (!isName(tenant)) {
            throw new IllegalArgumentException("a tenant's name must have 1 to 200 printable ASCII characters and no space");
        }
    }

    /// Returns what was before. The file is never half written.
    private Content change(UnaryOperator<Content> change) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        var ownersOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path next = path.resolveSibling(path.getFileName() + ".next");
        try (var guard = FileChannel.open(path.resolveSibling(path.getFileName() + ".lock"), Set.of(CREATE, WRITE), ownersOnly);
                var _ = guard.lock()) {
            Content before = Files.exists(path) ? JSON.readValue(path.toFile(), Content.class) : Content.EMPTY;
            Files.deleteIfExists(next);
            Files.createFile(next, ownersOnly);
            Files.write(next, JSON.writeValueAsBytes(change.apply(before)));
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return before;
        }
    }
}
