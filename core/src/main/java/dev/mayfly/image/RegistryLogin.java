package dev.mayfly.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Name and password for a registry.
public record RegistryLogin(String name, String password) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// As `docker login` writes them into its `config.json`; empty where the file or the registry's entry is missing.
    ///
    /// @throws IOException the file cannot be read, or keeps its passwords elsewhere
    public static Optional<RegistryLogin> of(Path file, String registry) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode config = JSON.readTree(file.toFile());
        List<String> keys = registry.equals("docker.io") ? List.of("https://index.docker.io/v1/", registry) : List.of(registry, "https://" + registry);
        boolean elsewhere = false;
        for (String key : keys) {
            JsonNode auth = config.path("auths").path(key).path("auth");
            if (auth.isTextual() && !auth.textValue().isEmpty()) {
                return Optional.of(decoded(auth.textValue(), file));
            }
            elsewhere |= config.path("auths").has(key) || config.path("credHelpers").has(key);
        }
        if (elsewhere) { // a login leaves an entry without a password there
            throw new IOException("%s keeps the password of %s in a helper program, which is not supported; write it into auths".formatted(file, registry));
        }
        return Optional.empty();
    }

    private static RegistryLogin decoded(String auth, Path file) throws IOException {
        try {
            String text = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0) {
                return new RegistryLogin(text.substring(0, colon), text.substring(colon + 1));
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw new IOException("%s: an auth must be NAME:PASSWORD in Base64".formatted(file));
    }

    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString("%s:%s".formatted(name, password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "RegistryLogin[name=%s]".formatted(name);
    }
}
