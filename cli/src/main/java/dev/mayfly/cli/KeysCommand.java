package dev.mayfly.cli;

import dev.mayfly.access.AccessFile;
import dev.mayfly.access.ApiKey;
import dev.mayfly.access.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `mayfly keys`
@Command(
        name = "keys",
        description = "List the API keys. A service on this host requires a key as soon as one exists.",
        mixinStandardHelpOptions = true)
final class KeysCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.printf("%-14s %-20s %-20s %-22s %s%n", "ID", "TENANT", "SCOPES", "CREATED", "EXPIRES");
        for (ApiKey key : file().content().keys()) {
            System.out.printf("%-14s %-20s %-20s %-22s %s%n", key.id(), key.tenant(), names(key.scopes()), seconds(key.createdAt().toString()),
                    key.expiresAt().map(at -> seconds(at.toString())).orElse("-"));
        }
        return 0;
    }

    @Command(name = "create", description = "Create a key and print it. It cannot be printed again.", mixinStandardHelpOptions = true)
    int create(
            @Option(names = "--tenant", paramLabel = "NAME", required = true, description = "The tenant that the key belongs to") String tenant,
            @Option(names = "--scope", paramLabel = "SCOPE", split = ",", defaultValue = "execute,read",
                    description = "execute: run programs; read: look at runtimes and own executions; admin: metrics, building runtimes (default: ${DEFAULT-VALUE})")
                    Set<Scope> scopes,
            @Option(names = "--expires", paramLabel = "DURATION", converter = DurationConverter.class,
                    description = "How long it is valid, such as 720h (default: until it is revoked)")
                    @Nullable Duration lifetime)
            throws IOException {
        try {
            System.out.println(file().create(tenant, scopes, Optional.ofNullable(lifetime)).token());
            return 0;
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.WRONG_USE, String.valueOf(e.getMessage()));
        }
    }

    @Command(name = "revoke", description = "Revoke a key. It takes effect immediately.", mixinStandardHelpOptions = true)
    int revoke(@Parameters(paramLabel = "ID", description = "The key's id, as `mayfly keys` lists it") String id) throws IOException {
        if (!file().revoke(id)) {
            throw new CliException(CliException.WRONG_USE, "no such key: " + id);
        }
        return 0;
    }

    private static AccessFile file() {
        return Home.find().accessFile();
    }

    private static String names(Set<Scope> scopes) {
        return scopes.stream().map(Scope::wireName).sorted().collect(Collectors.joining(","));
    }

    private static String seconds(String instant) {
        return instant.replaceFirst("\\.\\d+Z$", "Z");
    }
}
