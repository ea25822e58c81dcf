package dev.mayfly.wiring;

import dev.mayfly.secret.SecretKeys;
import dev.mayfly.secret.StoredSecrets;
import dev.mayfly.store.DatabaseKind;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Builds from the configuration, each once, what secrets need.
public class SecretBeans {
    private static final System.Logger LOG = System.getLogger(SecretBeans.class.getName());

    @Produces
    @Singleton
    StoredSecrets secrets() {
        return new StoredSecrets();
    }

    /// Empty where replicas share a store, and nobody has given them a key.
    static Optional<SecretKeys> keys(MayflyConfig config, DatabaseKind kind) {
        Path file = config.secrets().keyFile();
        try {
            if (config.secrets().keys().isPresent()) {
                return Optional.of(SecretKeys.of(config.secrets().keys().get()));
            }
            return kind == DatabaseKind.SQLITE || Files.exists(file) ? Optional.of(SecretKeys.ofFile(file)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new SettingException("mayfly.secrets.keys, or a line of %s: %s".formatted(file, e.getMessage()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "secrets are refused: {0} cannot be used: {1}", file, e);
            return Optional.empty();
        }
    }
}
