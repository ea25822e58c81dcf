package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// A registry of images with TLS by an authority of its own, and a login, at the address that the Docker engine has for
/// its containers: it verifies what is not on loopback.
public final class Registry implements AutoCloseable {
    private static final String USER = "mayfly";
    private static final String PASSWORD = "secret";
    /// Of the password, by bcrypt.
    private static final String HASH = "$2b$04$PZi.PEXQdUgWxcZitZgzl.BRfeBBK22zR2PxrAjKHattiZs7aeE5u";

    private final Path folder;
    private final String address;
    private final Path trusted;
    private final Process process;

    /// @param folder which it fills
    public Registry(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        String host = docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}");
        address = host + ":" + ServiceProcess.freePort();
        makeCertificates(host);
        Files.writeString(folder.resolve("users"), USER + ":" + HASH + "\n");
        Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %1$s/data}}
                http: {addr: "%2$s", tls: {certificate: %1$s/server.pem, key: %1$s/server.key}}
                auth: {htpasswd: {realm: mayfly, path: %1$s/users}}
                """.formatted(folder, address));
        trusted = Path.of("/etc/docker/certs.d", address);
        Files.createDirectories(trusted);
        trust();
        process = new ProcessBuilder("docker-registry", "serve", folder.resolve("config.yml").toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> curl("/v2/_catalog").exitCode() == 0);
    }

    private void makeCertificates(String host) throws IOException, InterruptedException {
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=authority of the test",
                "-keyout", "ca.key", "-out", "ca.pem");
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=registry of the test",
                "-addext", "subjectAltName=IP:" + host, "-addext", "basicConstraints=critical,CA:FALSE", "-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "server.key", "-out", "server.pem");
    }

    private void openssl(String... words) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("openssl");
        builder.command().addAll(List.of(words));
        assertThat(builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("openssl.log").toFile()).start().waitFor())
                .as(Files.readString(folder.resolve("openssl.log"))).isZero();
    }

    private static String docker(String... words) throws IOException, InterruptedException {
        return DockerCommand.docker(words).orThrow().out().strip();
    }

    private DockerCommand.Ended curl(String path) throws IOException, InterruptedException {
        return DockerCommand.run(new byte[0], List.of("curl", "-fsS", "--cacert", folder.resolve("ca.pem").toString(), "--user", USER + ":" + PASSWORD, "https://" + address + path));
    }

    /// What has been pushed, as JSON.
    public String catalog() throws IOException, InterruptedException {
        return curl("/v2/_catalog").orThrow().out();
    }

    public String address() {
        return address;
    }

    /// The certificate of its authority.
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    public void trust() throws IOException {
        Files.copy(folder.resolve("ca.pem"), trusted.resolve("ca.crt"));
    }

    public void distrust() throws IOException {
        Files.delete(trusted.resolve("ca.crt"));
    }

    /// The variables of who has logged in.
    public Map<String, String> login() throws IOException {
        String secret = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return config("login", "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(address, secret));
    }

    /// The variables of who has not.
    public Map<String, String> stranger() throws IOException {
        return config("stranger", "{\"auths\": {}}");
    }

    private Map<String, String> config(String name, String json) throws IOException {
        Path config = Files.createDirectories(folder.resolve(name));
        Files.writeString(config.resolve("config.json"), json);
        return Map.of("DOCKER_CONFIG", config.toString());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        process.waitFor();
        Files.deleteIfExists(trusted.resolve("ca.crt"));
        Files.delete(trusted);
    }
}
