package dev.mayfly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A language that is measured, beside the plain interpreter on this machine.
///
/// @param submission of a small program that prints `Site.ANSWER`
/// @param bare runs the same program in a plain interpreter
record Language(String name, String runtime, String submission, List<String> bare) {
    private static final String NODE_PROGRAM = "console.log(6*7)";

    static Language python() {
        return new Language("Python", "python", Site.PYTHON, Machine.BARE_PYTHON);
    }

    /// Beside the same build of Node that the runtime has: a distribution's may take twice as long to start.
    static Language node(Path home) throws IOException, InterruptedException {
        return new Language("Node", "node", Service.submission(Map.entry("node", NODE_PROGRAM)), List.of(bareNode(home).toString(), "-e", NODE_PROGRAM));
    }

    private static Path bareNode(Path home) throws IOException, InterruptedException {
        String latest = Files.readString(home.resolve("runtimes/node/releases")).lines().filter(line -> !line.startsWith("#")).findFirst().orElseThrow();
        List<String> words = List.of(latest.split(" ", -1));
        Path folder = home.resolve("target/bare-node").resolve(words.get(1));
        Path node = folder.resolve("package/bin/node");
        if (!Files.exists(node)) {
            Files.createDirectories(folder);
            Machine.run(List.of("sh", "-ec", "cd \"$0\"; \"$1\" \"$2\"; tar -xzf node.tgz; rm node.tgz", folder.toAbsolutePath().toString(),
                    home.resolve("runtimes/node/fetch").toAbsolutePath().toString(), words.getFirst()));
        }
        return node;
    }
}
