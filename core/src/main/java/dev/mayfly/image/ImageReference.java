package dev.mayfly.image;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of an image in a registry: `registry.example.org:5000/team/python@sha256:…`, or with a tag.
///
/// @param registry host, and port where it has one
/// @param version the digest where there is one, else the tag
public record ImageReference(String registry, String repository, String version) {
    private static final Pattern REFERENCE = Pattern.compile(
            "(?<registry>localhost|[a-zA-Z0-9.-]*[.:][a-zA-Z0-9.:-]*|\\[[0-9a-fA-F:]+\\](?::\\d+)?)/(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127\\.[0-9.]+|\\[::1\\])(:\\d+)?");
    private static final String DOCKER_HUB = "docker.io";

    /// Empty where the name names no registry: such an image is only looked for on this host.
    public static Optional<ImageReference> parse(String name) {
        Matcher parts = REFERENCE.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String tag = parts.group("tag") == null ? "latest" : parts.group("tag");
        return Optional.of(new ImageReference(parts.group("registry"), parts.group("repository"), parts.group("digest") == null ? tag : parts.group("digest")));
    }

    boolean isDigest() {
        return version.startsWith("sha256:");
    }

    /// Where it answers; like Docker's own client, over plain HTTP on loopback alone.
    String url() {
        String host = registry.equals(DOCKER_HUB) ? "registry-1.docker.io" : registry;
        String path = registry.equals(DOCKER_HUB) && !repository.contains("/") ? "library/" + repository : repository;
        return "%s://%s/v2/%s".formatted(LOOPBACK.matcher(registry).matches() ? "http" : "https", host, path);
    }
}
