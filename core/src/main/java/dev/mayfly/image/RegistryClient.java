package dev.mayfly.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads images from registries: manifest, configuration, layers, each checked by its digest. Not thread-safe; for one
/// image at a time.
public final class RegistryClient implements AutoCloseable {
    /// Of the two forms in which images are described, each for one machine or for several.
    private static final String FORMS = String.join(", ", "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final long MAX_DOCUMENT = 4L << 20;
    private static final int MAX_REDIRECTS = 5;

    private final RegistrySettings settings;
    private final HttpClient client;
    private Optional<RegistryLogin> login = Optional.empty();
    private @Nullable String authorization;

    public RegistryClient(RegistrySettings settings) throws IOException {
        this.settings = settings;
        var builder = HttpClient.newBuilder().connectTimeout(settings.timeout()).followRedirects(HttpClient.Redirect.NEVER);
        if (settings.authorities().isPresent()) {
            try {
                builder.sslContext(TrustedAuthorities.with(settings.authorities().get()));
            } catch (GeneralSecurityException | IOException e) {
                throw new IOException("%s must have certificates of authorities, in PEM: %s".formatted(settings.authorities().get(), e.getMessage()), e);
            }
        }
        client = builder.build();
    }

    /// Writes the image into the folder, as an image layout that `ImageArchive` reads.
    ///
    /// @param hasLayer whether a layer of this digest (of its uncompressed content) is there already: it is left out
    public void fetch(ImageReference image, Path folder, Predicate<String> hasLayer) throws IOException, InterruptedException {
        login = RegistryLogin.of(settings.logins(), image.registry());
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        byte[] content = document("%s/manifests/%s".formatted(image.url(), image.version()));
        if (image.isDigest()) {
            check(content, image.version());
        }
        JsonNode manifest = forThisMachine(JSON.readTree(content), image);
        JsonNode config = manifest.path("config");
        byte[] configuration = document("%s/blobs/%s".formatted(image.url(), digest(config)));
        check(configuration, digest(config));
        Files.write(blobs.resolve(hex(digest(config))), configuration);
        JsonNode contents = JSON.readTree(configuration).path("rootfs").path("diff_ids");
        for (int number = 0; number < manifest.path("layers").size(); number++) {
            JsonNode layer = manifest.path("layers").get(number);
            if (!hasLayer.test(contents.path(number).asText())) {
                layer(image, layer, blobs.resolve(hex(digest(layer))));
            }
        }
        byte[] own = JSON.writeValueAsBytes(manifest);
        Files.write(blobs.resolve(hex(sha256(own))), own);
        var index = JSON.createObjectNode();
        index.put("schemaVersion", 2).putArray("manifests").addObject().put("digest", sha256(own)).put("size", own.length);
        Files.write(folder.resolve("index.json"), JSON.writeValueAsBytes(index));
    }

    private JsonNode forThisMachine(JsonNode manifest, ImageReference image) throws IOException, InterruptedException {
        if (!manifest.has("manifests")) {
            return manifest;
        }
        JsonNode its = Platform.choose(manifest.path("manifests")).orElseThrow(() -> Platform.missing(image.repository()));
        byte[] content = document("%s/manifests/%s".formatted(image.url(), digest(its)));
        check(content, digest(its));
        return JSON.readTree(content);
    }

    private static String digest(JsonNode descriptor) throws IOException {
        String digest = descriptor.path("digest").asText();
        if (!DIGEST.matcher(digest).matches()) {
            throw new IOException("the registry describes a part by the digest '%s'; only sha256 is supported".formatted(digest));
        }
        return digest;
    }

    private static String hex(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
    }

    private static void check(byte[] content, String digest) throws IOException {
        if (!sha256(content).equals(digest)) {
            throw new IOException("the registry sent other content than that of %s".formatted(digest));
        }
    }

    private byte[] document(String url) throws IOException, InterruptedException {
        try (InputStream body = get(URI.create(url)).body(); var _ = new Deadline(body, settings.timeout())) {
            byte[] content = body.readNBytes((int) MAX_DOCUMENT + 1);
            if (content.length > MAX_DOCUMENT) {
                throw new IOException("%s has more than %d bytes".formatted(url, MAX_DOCUMENT));
            }
            return content;
        }
    }

    private void layer(ImageReference image, JsonNode descriptor, Path file) throws IOException, InterruptedException {
        String digest = digest(descriptor);
        long size = descriptor.path("size").asLong();
        MessageDigest found = newSha256();
        long left = size;
        try (InputStream body = get(URI.create("%s/blobs/%s".formatted(image.url(), digest))).body(); var deadline = new Deadline(body, settings.timeout());
                OutputStream to = new DigestOutputStream(Files.newOutputStream(file), found)) {
            byte[] buffer = new byte[1 << 16];
            try {
                for (int read; (read = body.read(buffer)) >= 0 && left >= 0; left -= read) {
                    to.write(buffer, 0, read);
                    deadline.again();
                }
            } catch (IOException e) {
                throw deadline.isOver() ? new IOException("nothing more of %s came for %d s".formatted(digest, settings.timeout().toSeconds()), e) : e;
            }
        }
        if (left != 0 || !digest.equals("sha256:" + HexFormat.of().formatHex(found.digest()))) {
            throw new IOException("the registry sent other content than that of %s (%d bytes)".formatted(digest, size));
        }
    }

    /// The answer 200, through a login where one is asked for, and redirects, whose targets get no login.
    private HttpResponse<InputStream> get(URI url) throws IOException, InterruptedException {
        boolean loggedIn = false;
        URI next = url;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; ) {
            boolean own = next.getAuthority().equals(url.getAuthority()) && next.getScheme().equals(url.getScheme());
            HttpResponse<InputStream> response = ask(next, own ? authorization : null);
            int status = response.statusCode();
            if (status == 200) {
                return response;
            }
            response.body().close();
            if (status == 401 && own && !loggedIn) {
                authorization = authorize(response.headers().allValues("WWW-Authenticate"), url);
                loggedIn = true;
            } else if (status / 100 == 3 && response.headers().firstValue("Location").isPresent()) {
                next = secure(next.resolve(response.headers().firstValue("Location").get()), url);
                redirects++;
            } else {
                throw new IOException("%s answered with %d%s".formatted(next.getHost(), status, status == 401 || status == 403
                        ? "; the login in %s is missing or wrong".formatted(settings.logins()) : status == 404 ? "; it has no %s".formatted(url.getPath()) : ""));
            }
        }
        throw new IOException("%s redirects more than %d times".formatted(url.getHost(), MAX_REDIRECTS));
    }

    /// Plain HTTP is spoken with loopback alone, where the registry is there, too.
    static URI secure(URI target, URI registry) throws IOException {
        if (!"https".equals(target.getScheme()) && !registry.getScheme().equals(target.getScheme())) {
            throw new IOException("%s redirects to %s, which is not https".formatted(registry.getHost(), target));
        }
        return target;
    }

    private HttpResponse<InputStream> ask(URI url, @Nullable String its) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url).timeout(settings.timeout()).header("Accept", FORMS).header("User-Agent", "mayfly");
        if (its != null) {
            request.header("Authorization", its);
        }
        return client.send(request.build(), BodyHandlers.ofInputStream());
    }

    /// By what the registry asks for: name and password, or a token that its token server gives for them
    /// (https://distribution.github.io/distribution/spec/auth/token/).
    private @Nullable String authorize(List<String> challenges, URI registry) throws IOException, InterruptedException {
        for (String challenge : challenges) {
            if (challenge.regionMatches(true, 0, "Bearer ", 0, 7)) {
                return "Bearer " + token(challenge, registry);
            }
            if (challenge.regionMatches(true, 0, "Basic ", 0, 6)) {
                return login.map(RegistryLogin::basic).orElse(null);
            }
        }
        return null;
    }

    private String token(String challenge, URI registry) throws IOException, InterruptedException {
        var query = new StringBuilder();
        String realm = "";
        for (Matcher parameter = PARAMETER.matcher(challenge); parameter.find(); ) {
            if (parameter.group(1).equals("realm")) {
                realm = parameter.group(2);
            } else {
                query.append(query.isEmpty() && !realm.contains("?") ? "?" : "&").append(parameter.group(1)).append('=').append(URLEncoder.encode(parameter.group(2), StandardCharsets.UTF_8));
            }
        }
        if (realm.isEmpty()) {
            throw new IOException("%s requires a token, but does not name the token server".formatted(registry.getHost()));
        }
        URI server = secure(registry.resolve(realm), registry);
        HttpResponse<InputStream> response = ask(URI.create(server.toString() + query), login.map(RegistryLogin::basic).orElse(null));
        try (InputStream body = response.body(); var _ = new Deadline(body, settings.timeout())) {
            if (response.statusCode() != 200) {
                throw new IOException("%s answered with %d; the login in %s is missing or wrong".formatted(server.getHost(), response.statusCode(), settings.logins()));
            }
            JsonNode answer = JSON.readTree(body.readNBytes((int) MAX_DOCUMENT));
            return answer.path("token").asText(answer.path("access_token").asText());
        }
    }

    private static String sha256(byte[] content) {
        return "sha256:" + HexFormat.of().formatHex(newSha256().digest(content));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
