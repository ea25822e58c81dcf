package dev.mayfly.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The capabilities that a container of the service needs to make sandboxes, where they are written.
public final class ContainerRights {
    private ContainerRights() {}

    /// Those of the page for operators.
    public static Set<String> ofThePage() throws IOException {
        return in(Path.of("docs/operate/container.md"), "--cap-add ([A-Z_]+)");
    }

    /// The options of `docker run` that give them, with what else a container needs for it: pairs of words.
    public static List<String> options() throws IOException {
        List<String> words = new ArrayList<>(List.of("--security-opt", "seccomp=deploy/image/seccomp.json", "-v", "/sys/fs/cgroup:/sys/fs/cgroup"));
        ofThePage().forEach(right -> words.addAll(List.of("--cap-add", right)));
        return words;
    }

    /// @param capability whose first group is the name, without `CAP_`
    public static Set<String> in(Path file, String capability) throws IOException {
        return Pattern.compile(capability).matcher(Files.readString(file)).results().map((MatchResult match) -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }
}
