package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.testing.NeedsRoot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives as `docker save` and as the OCI image layout write them become the same unpacked image, and a damaged one
/// changes nothing.
@NeedsRoot
class ImageStoreIT {
    @TempDir
    Path folder;

    private ImageStore store;

    @BeforeEach
    void create() {
        store = new ImageStore(folder.resolve("store"), Path.of("target/keeper"));
    }

    private byte[] tar(Path content) throws Exception {
        return tar(content, ".");
    }

    private byte[] tar(Path content, String entry) throws Exception {
        Process tar = new ProcessBuilder("tar", "-c", "-C", content.toString(), entry).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        byte[] bytes = tar.getInputStream().readAllBytes();
        assertThat(tar.waitFor()).isZero();
        return bytes;
    }

    private byte[] layer(String... namesAndContents) throws Exception {
        Path content = Files.createTempDirectory(folder, "layer");
        for (int i = 0; i < namesAndContents.length; i += 2) {
            Path file = content.resolve(namesAndContents[i]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, namesAndContents[i + 1]);
        }
        return tar(content);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] config(byte[]... layers) throws Exception {
        var digests = new StringBuilder();
        for (byte[] layer : layers) {
            digests.append(digests.isEmpty() ? "" : ",").append("\"sha256:").append(sha256(layer)).append('"');
        }
        return "{\"config\":{\"Env\":[\"A=b\"]},\"rootfs\":{\"diff_ids\":[%s]}}".formatted(digests).getBytes(UTF_8);
    }

    private byte[] dockerArchive(byte[] config, byte[]... layers) throws Exception {
        return dockerArchive("a/b:1", config, layers);
    }

    private byte[] dockerArchive(String name, byte[] config, byte[]... layers) throws Exception {
        Path content = Files.createTempDirectory(folder, "archive");
        Files.write(content.resolve("config.json"), config);
        var names = new StringBuilder();
        for (int i = 0; i < layers.length; i++) {
            Files.write(content.resolve(i + ".tar"), layers[i]);
            names.append(i == 0 ? "" : ",").append('"').append(i).append(".tar\"");
        }
        Files.writeString(content.resolve("manifest.json"), "[{\"Config\":\"config.json\",\"RepoTags\":[\"%s\"],\"Layers\":[%s]}]".formatted(name, names));
        return tar(content);
    }

    private List<String> load(byte[] archive) throws IOException, InterruptedException {
        return store.load(new ByteArrayInputStream(archive));
    }

    @Test
    void savedImageIsFoundByItsNameAndHasDockersId() throws Exception {
        byte[] lower = layer("etc/file", "lower", "etc/gone", "x");
        byte[] upper = layer("etc/file", "upper", "etc/.wh.gone", "", "whole/.wh..wh..opq", "");
        byte[] config = config(lower, upper);
        assertThat(load(dockerArchive(config, lower, upper))).containsExactly("a/b:1");
        assertThat(store.find("a/b:1")).contains("sha256:" + sha256(config));
        assertThat(store.list()).containsExactly(java.util.Map.entry("a/b:1", "sha256:" + sha256(config)));
        assertThat(store.find("a/b:2")).isEmpty();
        // and its layers are what overlayfs understands: a whiteout is a character device
        Image image = store.require("sha256:" + sha256(config));
        assertThat(image.env()).containsExactly("A=b");
        Path top = store.layers().resolve(store.overlay(image).getFirst());
        assertThat(Files.readString(top.resolve("etc/file"))).isEqualTo("upper");
        assertThat((int) Files.getAttribute(top.resolve("etc/gone"), "unix:mode") & 0xf000).isEqualTo(0x2000);
        assertThat(top.resolve("etc/.wh.gone")).doesNotExist();
        assertThat(top.resolve("whole")).isEmptyDirectory();
        // and a second time there is nothing to do
        assertThat(load(dockerArchive(config, lower, upper))).containsExactly("a/b:1");
        assertThat(Folders.below(store.layers())).hasSize(3);
    }

    private static byte[] manifest(byte[] config, byte[] layer) throws Exception {
        return "{\"config\":{\"digest\":\"sha256:%s\"},\"layers\":[{\"digest\":\"sha256:%s\"}]}".formatted(sha256(config), sha256(layer)).getBytes(UTF_8);
    }

    /// An archive in the OCI image layout.
    ///
    /// @param first what its index names
    private byte[] layout(byte[] first, byte[]... all) throws Exception {
        Path content = Files.createTempDirectory(folder, "layout");
        Path blobs = Files.createDirectories(content.resolve("blobs/sha256"));
        for (byte[] blob : all) {
            Files.write(blobs.resolve(sha256(blob)), blob);
        }
        Files.writeString(content.resolve("index.json"),
                "{\"manifests\":[{\"digest\":\"sha256:%s\",\"annotations\":{\"org.opencontainers.image.ref.name\":\"a/b:1\"}}]}".formatted(sha256(first)));
        return tar(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b:1", "docker.io/a/b:1", "localhost/a/b:1", "docker.io/a/b:1\",\"localhost/a/b:1"})
    void namesAreInDockersShortForm(String name) throws Exception {
        byte[] layer = layer("etc/file", "content");
        assertThat(load(dockerArchive(name, config(layer), layer))).containsExactly("a/b:1");
        assertThat(store.list()).containsOnlyKeys("a/b:1");
    }

    @Test
    void archiveForSeveralPlatformsGivesTheOneOfThisMachine() throws Exception {
        byte[] layer = layer("etc/file", "content");
        byte[] config = config(layer);
        byte[] manifest = manifest(config, layer);
        String here = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        String entries = "{\"manifests\":[{\"digest\":\"sha256:%s\",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}]}";
        byte[] index = entries.formatted(sha256(manifest), here).getBytes(UTF_8);
        assertThat(load(layout(index, index, manifest, config, layer))).containsExactly("a/b:1");
        assertThat(store.find("a/b:1")).contains("sha256:" + sha256(config));
        byte[] foreign = entries.formatted(sha256(manifest), "riscv64").getBytes(UTF_8);
        assertThatThrownBy(() -> load(layout(foreign, foreign, manifest, config, layer))).isInstanceOf(IOException.class).hasMessageContaining("linux/" + here);
    }

    @Test
    void layersAreForSandboxesAloneAndTheirRootIsForEveryoneInASandbox() throws Exception {
        Path content = Files.createTempDirectory(folder, "layer");
        Files.createDirectory(content.resolve("etc"));
        byte[] layer = tar(content, "etc"); // it says nothing about its root folder
        load(dockerArchive(config(layer, layer), layer, layer));
        Image image = store.require(store.find("a/b:1").orElseThrow());
        assertThat(store.overlay(image)).as("overlayfs takes no layer twice").doesNotHaveDuplicates().hasSize(2);
        assertThat(Files.getPosixFilePermissions(folder.resolve("store"))).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(store.layers().resolve(store.overlay(image).getFirst()))).contains(PosixFilePermission.OTHERS_EXECUTE);
    }

    @Test
    void archiveThatNamesFoldersOfTheHostIsRefused() throws Exception {
        byte[] layer = layer("etc/file", "content");
        for (String digest : List.of("sha256:../../../../../../../../etc/", "sha256:abc", "", "../../..")) {
            byte[] config = "{\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(digest).getBytes(UTF_8);
            assertThatThrownBy(() -> load(dockerArchive(config, layer))).isInstanceOf(IOException.class).hasMessageContaining("digest");
        }
        assertThat(store.list()).isEmpty();
    }

    @Test
    void whatAKilledLoadHasLeftGoesWithTheNextOne() throws Exception {
        byte[] layer = layer("etc/file", "content");
        load(dockerArchive(config(layer), layer));
        Path archive = Files.createDirectories(folder.resolve("store/loading123/deep"));
        Path half = Files.createDirectories(store.layers().resolve("0123456789abcdef-x/etc"));
        load(dockerArchive(config(layer), layer));
        assertThat(archive).doesNotExist();
        assertThat(half).doesNotExist();
        assertThat(Folders.below(store.layers())).hasSize(2);
    }

    @Test
    void ociArchiveWithCompressedLayersIsTheSame() throws Exception {
        byte[] layer = layer("etc/file", "content");
        byte[] config = config(layer);
        var gzipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(layer);
        }
        byte[] manifest = manifest(config, gzipped.toByteArray());
        byte[] archive = layout(manifest, config, gzipped.toByteArray(), manifest);
        assertThat(load(archive)).containsExactly("a/b:1");
        Image image = store.require(store.find("a/b:1").orElseThrow());
        assertThat(image.id()).isEqualTo("sha256:" + sha256(config));
        assertThat(Files.readString(store.layers().resolve(image.layers().getFirst()).resolve("etc/file"))).isEqualTo("content");
    }

    /// The folder of an archive, whose content comes with the service.
    private Path unpacked(byte[] archive) throws Exception {
        Path content = Files.createTempDirectory(folder, "bundled");
        Process tar = new ProcessBuilder("tar", "-x", "-C", content.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var in = tar.getOutputStream()) {
            in.write(archive);
        }
        assertThat(tar.waitFor()).isZero();
        return content;
    }

    private Path bundled(byte[] layer) throws Exception {
        return unpacked(dockerArchive(config(layer), layer));
    }

    private void assertServes(byte[] layer) throws Exception {
        assertThat(store.find("a/b:1")).contains("sha256:" + sha256(config(layer)));
        assertThat(store.require("sha256:" + sha256(config(layer))).layers()).allSatisfy(name -> assertThat(store.layers().resolve(name)).isDirectory());
    }

    @Test
    void bundledImagesAreUnpackedOnceAndFollowTheService() throws Exception {
        byte[] layer = layer("etc/file", "bundled");
        byte[] manifest = manifest(config(layer), layer);
        Path first = unpacked(layout(manifest, config(layer), layer, manifest));
        assertThat(store.loadBundled(first)).containsExactly("a/b:1");
        assertServes(layer);
        assertThat(store.loadBundled(first)).isEmpty();
        // when another release of the service comes, and goes again
        byte[] newer = layer("etc/file", "newer");
        assertThat(store.loadBundled(bundled(newer))).containsExactly("a/b:1");
        assertServes(newer);
        assertThat(store.loadBundled(first)).containsExactly("a/b:1");
        assertServes(layer);
    }

    @Test
    void nameThatAnImageFromElsewhereHasStaysWithIt() throws Exception {
        byte[] own = layer("etc/file", "own");
        load(dockerArchive(config(own), own));
        byte[] layer = layer("etc/file", "bundled");
        assertThat(store.loadBundled(bundled(layer))).isEmpty();
        assertServes(own);
        assertThat(Folders.below(store.layers())).as("what nobody needs is not unpacked").hasSize(2);
        // until the name is removed
        store.remove("a/b:1");
        assertThat(store.loadBundled(bundled(layer))).containsExactly("a/b:1");
        load(dockerArchive(config(own), own));
        byte[] newer = layer("etc/file", "newer");
        assertThat(store.loadBundled(bundled(newer))).isEmpty();
        assertServes(own);
    }

    @Test
    void bundledImageThatIsThereUnderAnotherNameOrNoneGetsItsName() throws Exception {
        byte[] layer = layer("etc/file", "bundled");
        load(dockerArchive("registry.example.org/b:1", config(layer), layer));
        assertThat(store.loadBundled(bundled(layer))).containsExactly("a/b:1");
        assertServes(layer);
        // and what a load that was killed has left without a name
        Files.delete(folder.resolve("store/names/a%2Fb%3A1"));
        assertThat(store.loadBundled(bundled(layer))).containsExactly("a/b:1");
        assertServes(layer);
    }

    @Test
    void engineLoadsBundledImagesBeforeItLooksForOneAndAgainAfterAFailure() throws Exception {
        byte[] other = layer("etc/file", "other");
        load(dockerArchive("other:1", config(other), other));
        byte[] layer = layer("etc/file", "bundled");
        Path bundled = folder.resolve("comes-later");
        var now = new AtomicReference<>(Instant.EPOCH);
        var settings = OciSettingsBuilder.builder(SnapshotSandboxes.settings(folder, false)).images(folder.resolve("store")).bundledImages(Optional.of(bundled)).build();
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings, lock, now::get)) {
            assertThat(engine.imageId("other:1")).as("in spite of the failure").contains("sha256:" + sha256(config(other)));
            Files.move(bundled(layer), bundled);
            assertThat(engine.imageId("a/b:1")).isEmpty();
            now.set(Instant.EPOCH.plusSeconds(60));
            assertThat(engine.imageId("a/b:1")).contains("sha256:" + sha256(config(layer)));
        }
    }

    @Test
    void damagedArchiveIsRefusedAndChangesNothing() throws Exception {
        byte[] layer = layer("etc/file", "content");
        byte[] other = layer("etc/file", "another");
        byte[] good = dockerArchive(config(layer), layer);
        assertThatThrownBy(() -> load(dockerArchive(config(layer), other))).isInstanceOf(IOException.class).hasMessageContaining("damaged");
        assertThatThrownBy(() -> load(dockerArchive(config(layer, other), layer))).isInstanceOf(IOException.class).hasMessageContaining("2 layers but has 1");
        assertThatThrownBy(() -> load(java.util.Arrays.copyOf(good, good.length / 2))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> load("no archive".getBytes(UTF_8))).isInstanceOf(IOException.class).hasMessageContaining("tar");
        assertThatThrownBy(() -> load(layer)).isInstanceOf(IOException.class).hasMessageContaining("not an image archive");
        assertThat(store.list()).isEmpty();
        assertThat(Folders.below(store.layers())).extracting(Path::getFileName).containsExactly(Path.of("empty"));
    }

    @Test
    void nameTakesItsImagesWithItAndNothingElse() throws Exception {
        byte[] shared = layer("shared", "1");
        byte[] own = layer("own", "2");
        byte[] newer = layer("newer", "3");
        store.load(new ByteArrayInputStream(dockerArchive("kept:1", config(shared), shared)));
        store.load(new ByteArrayInputStream(dockerArchive("mine:1", config(shared, own), shared, own)));
        store.load(new ByteArrayInputStream(dockerArchive("other:1", config(own), own)));
        String before = store.find("other:1").orElseThrow();
        store.load(new ByteArrayInputStream(dockerArchive("other:1", config(newer), newer)));
        store.load(new ByteArrayInputStream(dockerArchive("other:1", config(newer, shared), newer, shared)));
        // a name that nobody has takes nothing with it, also of images without a name, which may be in use
        assertThat(store.remove("nobody:1")).isFalse();
        assertThat(store.require(before).layers()).hasSize(1);
        String mine = store.find("mine:1").orElseThrow();
        assertThat(store.remove("mine:1")).isTrue();
        assertThat(store.find("mine:1")).isEmpty();
        assertThatThrownBy(() -> store.require(mine)).hasMessageContaining("no image");
        for (String name : List.of("kept:1", "other:1")) {
            for (String layer : store.require(store.find(name).orElseThrow()).layers()) {
                assertThat(store.layers().resolve(layer)).isDirectory();
            }
        }
        store.remove("other:1");
        store.remove("kept:1");
        assertThat(store.list()).isEmpty();
        assertThat(store.layers().resolve(store.require(before).layers().getFirst())).isDirectory();
        try (var left = Files.list(store.layers())) {
            assertThat(left).hasSize(2);
        }
    }
}
