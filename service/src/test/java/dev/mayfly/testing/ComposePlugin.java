package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The `docker compose` of Debian 13, for a Docker client of any Debian, without installing it.
public final class ComposePlugin {
    private ComposePlugin() {}

    /// Makes a folder for `DOCKER_CONFIG`.
    public static void install(Path config) throws IOException, InterruptedException {
        Path apt = Files.createDirectories(config.resolve("apt"));
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.writeString(apt.resolve("trixie.sources"), """
                Types: deb
                URIs: http://deb.debian.org/debian
                Suites: trixie
                Components: main
                Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
                """);
        Files.writeString(config.resolve("config.json"), "{}");
        String script = """
                set -e
                debian() { apt-get -q -o Dir::Etc::sourcelist="$PWD/trixie.sources" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$PWD/lists" -o Dir::Cache="$PWD" "$@"; }
                debian update
                debian download docker-compose
                dpkg-deb -x docker-compose_*.deb unpacked
                mkdir ../cli-plugins
                mv unpacked/usr/libexec/docker/cli-plugins/docker-compose ../cli-plugins/
                """;
        var builder = new ProcessBuilder("bash", "-c", script).directory(apt.toFile()).redirectErrorStream(true).redirectOutput(apt.resolve("log").toFile());
        assertThat(builder.start().waitFor()).as(() -> log(apt)).isZero();
    }

    private static String log(Path apt) {
        try {
            return Files.readString(apt.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
