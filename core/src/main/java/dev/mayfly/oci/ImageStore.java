package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.image.ImageReference;
import dev.mayfly.image.RegistryClient;
import dev.mayfly.image.RegistrySettings;
import dev.mayfly.sandbox.SandboxException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// Images on this host without an engine: each layer unpacked once, by its digest. They come from archives as `docker
/// save` writes them, and from OCI archives (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).
/// Loading needs root and GNU tar. Safe to use from several processes.
public final class ImageStore {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final System.Logger LOG = System.getLogger(ImageStore.class.getName());
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    static final String EMPTY_LAYER = "empty";
    private static final String LOADING = "loading";
    private static final String FETCHING = "fetching";
    private static final Duration LONGEST_FETCH = Duration.ofDays(1);

    private final Path folder;
    private final Path keeper;
    private final ImageNames names;
    private final ReentrantLock changing = new ReentrantLock();

    /// @param keeper the program that prepares an unpacked layer for overlayfs
    public ImageStore(Path folder, Path keeper) {
        this.folder = folder.toAbsolutePath();
        this.keeper = keeper.toAbsolutePath();
        names = new ImageNames(this.folder.resolve("names"));
    }

    Path layers() {
        return folder.resolve("layers");
    }

    /// What overlayfs is given: the topmost first, and never fewer than two.
    List<String> overlay(Image image) {
        List<String> layers = new ArrayList<>(image.layers());
        Collections.reverse(layers);
        layers.add(EMPTY_LAYER);
        return layers.stream().distinct().toList(); // steps that change nothing are all the same layer
    }

    /// The id of the image with this name.
    Optional<String> find(String name) throws SandboxException {
        try {
            return names.find(name);
        } catch (IOException e) {
            throw new SandboxException("cannot read %s: %s".formatted(names.folder(), e.getMessage()), e);
        }
    }

    /// Throws when no image with this id is there.
    Image require(String id) throws SandboxException {
        try {
            return JSON.readValue(record(id).toFile(), Image.class);
        } catch (IOException e) {
            throw new SandboxException("no image %s in %s: %s".formatted(id, folder, e.getMessage()), e);
        }
    }

    /// Every name with its image's id.
    public Map<String, String> list() throws IOException {
        return names.all();
    }

    /// Unpacks every named image of an archive, and returns their names. What is there already is not unpacked again;
    /// nothing has changed when it throws. One load at a time; others wait.
    public List<String> load(InputStream archive) throws IOException, InterruptedException {
        return alone(() -> {
            Path unpacked = Files.createTempDirectory(folder, LOADING);
            try {
                untar(archive, unpacked);
                List<String> loaded = new ArrayList<>();
                for (ImageArchive.Packed packed : ImageArchive.read(unpacked)) {
                    String id = add(packed);
                    for (String name : packed.names()) {
                        names.give(name, id);
                        loaded.add(name);
                    }
                }
                return loaded;
            } finally {
                Folders.delete(unpacked);
            }
        });
    }

    /// Gives the images of an archive that lies in this folder their names, and unpacks them where they are not there
    /// yet. They came with the service: a name that an image from elsewhere has stays with that one. Returns the names
    /// that were given.
    public List<String> loadBundled(Path archive) throws IOException, InterruptedException {
        return alone(() -> {
            List<String> given = new ArrayList<>();
            for (ImageArchive.Packed packed : ImageArchive.read(archive.toAbsolutePath().normalize())) {
                String id = idOf(Files.readAllBytes(packed.config()));
                for (String name : packed.names()) {
                    if (names.isFreeForBundled(name, id)) {
                        if (!Files.exists(record(id))) {
                            add(packed);
                        }
                        names.giveBundled(name, id);
                        given.add(name);
                    }
                }
            }
            return given;
        });
    }

    /// Brings an image from its registry under this name; layers that are there already stay there. Nobody waits for a
    /// slow registry.
    public void pull(ImageReference image, String name, RegistrySettings registries) throws IOException, InterruptedException {
        makeFolders();
        Path fetched = Files.createTempDirectory(folder, FETCHING);
        try (var client = new RegistryClient(registries)) {
            client.fetch(image, fetched, digest -> DIGEST.matcher(digest).matches() && Files.exists(layers().resolve(shortName(digest))));
            alone(() -> {
                names.give(name, add(ImageArchive.read(fetched).getFirst()));
                return name;
            });
        } finally {
            Folders.delete(fetched);
        }
    }

    /// The same under its own name; false where that names no registry.
    boolean pull(String image, RegistrySettings registries) throws SandboxException, InterruptedException {
        Optional<ImageReference> reference = ImageReference.parse(image);
        try {
            if (reference.isPresent()) {
                pull(reference.get(), image, registries);
            }
            return reference.isPresent();
        } catch (IOException e) {
            throw new SandboxException("pull %s: %s".formatted(image, e.getMessage()), e);
        }
    }

    /// The image that had this name before gets it back. False where there is none.
    public boolean rollBack(String name) throws IOException, InterruptedException {
        return alone(() -> names.rollBack(name));
    }

    /// Removes a name, and the images that it led to, now or before, where no other name does; false where nothing has
    /// the name. No sandbox may be alive of them.
    public boolean remove(String name) throws IOException, InterruptedException {
        return alone(() -> {
            Set<String> ids = names.remove(name);
            boolean had = !ids.isEmpty();
            ids.removeAll(names.ids());
            new UnusedImages(folder.resolve("images"), layers()).remove(ids);
            return had;
        });
    }

    @FunctionalInterface
    private interface Change<T> {
        T make() throws IOException, InterruptedException;
    }

    private <T> T alone(Change<T> change) throws IOException, InterruptedException {
        makeFolders();
        changing.lockInterruptibly();
        try (FileChannel file = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            LOG.log(Level.DEBUG, "changing under {0}", lock);
            removeUnfinished();
            return change.make();
        } catch (RuntimeException e) {
            throw new IOException("not an image archive in a supported format: " + e.getMessage(), e);
        } finally {
            changing.unlock();
        }
    }

    private void makeFolders() throws IOException {
        Files.createDirectories(layers().resolve(EMPTY_LAYER));
        Files.createDirectories(names.folder());
        Files.createDirectories(folder.resolve("images"));
        // layers hold setuid programs, for sandboxes alone
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /// What a load or a pull that was killed has left.
    private void removeUnfinished() throws IOException {
        for (Path path : Folders.below(folder)) {
            String name = path.getFileName().toString();
            boolean forgotten = name.startsWith(FETCHING) && Files.getLastModifiedTime(path).toInstant().isBefore(Instant.now().minus(LONGEST_FETCH));
            if (name.startsWith(LOADING) || forgotten) {
                Folders.delete(path);
            }
        }
        for (Path path : Folders.below(layers())) {
            if (path.getFileName().toString().contains("-")) {
                Folders.delete(path);
            }
        }
    }

    private String add(ImageArchive.Packed packed) throws IOException, InterruptedException {
        Image image = unpack(packed);
        Folders.replace(record(image.id()), JSON.writeValueAsString(image));
        return image.id();
    }

    private Image unpack(ImageArchive.Packed packed) throws IOException, InterruptedException {
        byte[] content = Files.readAllBytes(packed.config());
        JsonNode config = JSON.readTree(content);
        List<String> digests = ImageArchive.texts(config.path("rootfs").path("diff_ids"));
        if (digests.size() != packed.layers().size()) {
            throw new IOException("the image %s names %d layers but has %d".formatted(packed.names(), digests.size(), packed.layers().size()));
        }
        List<String> folders = new ArrayList<>();
        for (int i = 0; i < digests.size(); i++) {
            folders.add(unpack(packed.layers().get(i), digests.get(i)));
        }
        return new Image(idOf(content), folders, ImageArchive.texts(config.path("config").path("Env")));
    }

    private static String idOf(byte[] config) {
        return "sha256:" + HexFormat.of().formatHex(sha256().digest(config));
    }

    /// Unpacks a layer under its short name, unless it is there.
    private String unpack(Path layer, String digest) throws IOException, InterruptedException {
        if (!DIGEST.matcher(digest).matches()) {
            throw new IOException("a layer has the digest '%s'; only sha256 is supported".formatted(digest));
        }
        String name = shortName(digest);
        if (Files.exists(layers().resolve(name))) {
            return name;
        }
        Path unpacked = Files.createDirectory(layers().resolve(name + "-" + UUID.randomUUID()));
        // the topmost one is the sandbox's root folder
        Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (InputStream file = new BufferedInputStream(Files.newInputStream(layer));
                var content = new DigestInputStream(ImageArchive.decompressed(file), sha256())) {
            untar(content, unpacked);
            String found = "sha256:" + HexFormat.of().formatHex(content.getMessageDigest().digest());
            if (!found.equals(digest)) {
                throw new IOException("a layer is damaged: its digest should be %s; got %s".formatted(digest, found));
            }
            call(List.of(keeper.toString(), "--whiteouts", unpacked.toString()), InputStream.nullInputStream());
            Files.move(unpacked, layers().resolve(name), StandardCopyOption.ATOMIC_MOVE);
            return name;
        } finally {
            Folders.delete(unpacked);
        }
    }

    /// Short: all of an image's fit into one mount option.
    private static String shortName(String digest) {
        return digest.substring(digest.indexOf(':') + 1).substring(0, 16);
    }

    private static void untar(InputStream archive, Path folder) throws IOException, InterruptedException {
        call(List.of("tar", "-x", "--numeric-owner", "--same-permissions", "--same-owner", "-C", folder.toString()), archive);
    }

    private static void call(List<String> command, InputStream stdin) throws IOException, InterruptedException {
        Path log = Files.createTempFile("mayfly", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            try (OutputStream in = process.getOutputStream()) {
                stdin.transferTo(in);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "it has read enough, or its own words say more", e);
            }
            if (process.waitFor() != 0) {
                throw new IOException("%s: %s".formatted(command.getFirst(), Files.readString(log).strip()));
            }
            stdin.transferTo(OutputStream.nullOutputStream());
        } finally {
            Files.delete(log);
        }
    }

    private Path record(String id) {
        return folder.resolve("images").resolve(URLEncoder.encode(id, UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
