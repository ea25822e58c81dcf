package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives as `docker save` and as the OCI image layout write them become the same unpacked image, and a damaged one changes nothing.
class ImageStoreTest {
    @TempDir
    Path folder;

    private ImageStore store;

    @BeforeEach
    void create() {
        store = new ImageStore(folder.resolve("store"), Path.of("target/keeper"));
    }

    private byte[] tar(Path content) throws Exception {
        Process tar = new ProcessBuilder("tar", "-c", "-C", content.toString(), ".").redirectError(ProcessBuilder.Redirect.INHERIT).start();
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
        Path content = Files.createTempDirectory(folder, "archive");
        Files.write(content.resolve("config.json"), config);
        var names = new StringBuilder();
        for (int i = 0; i < layers.length; i++) {
            Files.write(content.resolve(i + ".tar"), layers[i]);
            names.append(i == 0 ? "" : ",").append('"').append(i).append(".tar\"");
        }
        Files.writeString(content.resolve("manifest.json"), "[{\"Config\":\"config.json\",\"RepoTags\":[\"a/b:1\"],\"Layers\":[%s]}]".formatted(names));
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

    @Test
    void ociArchiveWithCompressedLayersIsTheSame() throws Exception {
        byte[] layer = layer("etc/file", "content");
        byte[] config = config(layer);
        var gzipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(layer);
        }
        Path content = Files.createTempDirectory(folder, "layout");
        Path blobs = Files.createDirectories(content.resolve("blobs/sha256"));
        byte[] manifest = "{\"config\":{\"digest\":\"sha256:%s\"},\"layers\":[{\"digest\":\"sha256:%s\"}]}"
                .formatted(sha256(config), sha256(gzipped.toByteArray())).getBytes(UTF_8);
        for (byte[] blob : List.of(config, gzipped.toByteArray(), manifest)) {
            Files.write(blobs.resolve(sha256(blob)), blob);
        }
        Files.writeString(content.resolve("index.json"),
                "{\"manifests\":[{\"digest\":\"sha256:%s\",\"annotations\":{\"org.opencontainers.image.ref.name\":\"a/b:1\"}}]}".formatted(sha256(manifest)));
        assertThat(load(tar(content))).containsExactly("a/b:1");
        Image image = store.require(store.find("a/b:1").orElseThrow());
        assertThat(image.id()).isEqualTo("sha256:" + sha256(config));
        assertThat(Files.readString(store.layers().resolve(image.layers().getFirst()).resolve("etc/file"))).isEqualTo("content");
    }

    @Test
    void damagedArchiveIsRefusedAndChangesNothing() throws Exception {
        byte[] layer = layer("etc/file", "content");
        byte[] other = layer("etc/file", "another");
        byte[] good = dockerArchive(config(layer), layer);
        assertThatThrownBy(() -> load(dockerArchive(config(layer), other))).isInstanceOf(IOException.class).hasMessageContaining("damaged");
        assertThatThrownBy(() -> load(dockerArchive(config(layer, other), layer))).isInstanceOf(IOException.class).hasMessageContaining("2 layers and has 1");
        assertThatThrownBy(() -> load(java.util.Arrays.copyOf(good, good.length / 2))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> load("no archive".getBytes(UTF_8))).isInstanceOf(IOException.class).hasMessageContaining("tar");
        assertThatThrownBy(() -> load(layer)).isInstanceOf(IOException.class).hasMessageContaining("no image archive");
        assertThat(store.list()).isEmpty();
        assertThat(Folders.below(store.layers())).extracting(Path::getFileName).containsExactly(Path.of("empty"));
    }
}
