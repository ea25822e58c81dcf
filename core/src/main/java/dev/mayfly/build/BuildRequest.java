package dev.mayfly.build;

import dev.mayfly.access.AccessFile;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A runtime to be made from another one. Throws `IllegalArgumentException`, beginning with the field's name, where
/// something in it cannot be.
///
/// @param name what submissions will call it
/// @param from the runtime that it is made from
/// @param tenant whose it will be; by default everybody's
/// @param requestedBy who asked
/// @param apt packages of Debian's
/// @param pip a `requirements.txt`
/// @param npm a `package.json`, with its lock file
/// @param dockerfile instead of packages: beginning with `ARG BASE` and `FROM ${BASE}`; it runs as root
/// @param preload modules that the waiting interpreter imports
public record BuildRequest(
        String name, String from, Optional<String> tenant, String requestedBy, List<String> apt, Optional<String> pip, Optional<NpmFiles> npm, Optional<String> dockerfile,
        List<String> preload) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final int LONGEST_NAME = 40;
    private static final Pattern DEBIAN = Pattern.compile("[a-z0-9][a-z0-9+.-]*[a-z0-9+](=[A-Za-z0-9.+:~-]+)?");
    private static final Pattern MODULE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");
    private static final int MOST = 200;
    private static final int LONGEST_FILE = 1 << 20;

    public BuildRequest {
        check(NAME.matcher(name).matches() && name.length() <= LONGEST_NAME, "name must be 1 to 40 lower-case letters, digits and single hyphens, and begin with a letter; got %s", name);
        check(!requestedBy.isBlank() && requestedBy.length() <= 100 && requestedBy.chars().noneMatch(Character::isISOControl), "requestedBy must be 1 to 100 characters", "");
        check(apt.size() <= MOST && preload.size() <= MOST, "apt and preload may have %s entries each", Integer.toString(MOST));
        apt.forEach(word -> check(DEBIAN.matcher(word).matches(), "apt must hold names of Debian packages, such as libgeos-dev; got %s", word));
        preload.forEach(word -> check(MODULE.matcher(word).matches(), "preload must hold names of modules; got %s", word));
        tenant.ifPresent(owner -> check(AccessFile.isName(owner), "tenant must be 1 to 200 printable ASCII characters without space; got %s", owner));
        pip = pip.map(PipRequirements::checked);
        check(dockerfile.isEmpty() || (apt.isEmpty() && pip.isEmpty() && npm.isEmpty()), "dockerfile cannot be combined with apt, pip or npm", "");
        check(dockerfile.isEmpty() || beginsRight(dockerfile.get()), "dockerfile must begin with ARG BASE and FROM ${BASE}", "");
        check(dockerfile.isEmpty() || dockerfile.get().length() <= LONGEST_FILE, "dockerfile must have at most 1 MiB", "");
        check(dockerfile.isPresent() || !apt.isEmpty() || pip.isPresent() || npm.isPresent(), "pip, npm, apt or dockerfile must say what is added", "");
        check(pip.isEmpty() || npm.isEmpty(), "pip and npm cannot be combined", "");
        apt = List.copyOf(apt);
        preload = List.copyOf(preload);
    }

    private static boolean beginsRight(String dockerfile) {
        List<String> lines = dockerfile.lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).limit(2).toList();
        return lines.size() == 2 && lines.getFirst().equals("ARG BASE") && lines.getLast().startsWith("FROM ${BASE}");
    }

    static void check(boolean right, String message, String value) {
        if (!right) {
            throw new IllegalArgumentException(message.formatted(value));
        }
    }

    /// The folder of its template, in `packages` of the language's folder.
    Optional<String> manager() {
        return pip.map(text -> "pip").or(() -> npm.map(files -> "npm"));
    }

    /// Whether it is made of nothing but packages.
    public boolean isData() {
        return dockerfile.isEmpty();
    }

    BuildJob.Subject subject() {
        return new BuildJob.Subject(name, from, tenant, requestedBy);
    }
}
