package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What a person types into a session: code, and words of the shell itself.
///
/// | typed | does |
/// |---|---|
/// | `!LINE` | runs it in the sandbox's shell |
/// | `%put FILE [PATH]`, `%get PATH [FILE]`, `%ls [PATH]` | copies files to and from the sandbox, lists a folder |
/// | `%help`, `%quit` | |
final class SessionShell {
    private static final String HELP = """
            Code runs in the session, and finds what the code before it has made. A block ends with an empty line.
              !LINE             runs a line in the sandbox's shell
              %put FILE [PATH]  copies a file into the sandbox
              %get PATH [FILE]  copies a file out of it
              %ls [PATH]        lists a folder of it
              %quit, Ctrl-D     leaves; Ctrl-C interrupts what runs
            """;

    private final OpenSession session;
    private final SessionPrinter printer = new SessionPrinter(System.out, System.err);

    SessionShell(OpenSession session) {
        this.session = session;
    }

    /// Where input comes from; empty at its end.
    interface Input {
        Optional<String> next() throws InterruptedException;
    }

    /// Returns the last exit code.
    int run(Input input) throws InterruptedException, IOException {
        int code = 0;
        for (Optional<String> typed = input.next(); typed.isPresent() && !typed.get().strip().equals("%quit"); typed = input.next()) {
            if (!typed.get().isBlank()) {
                code = take(typed.get());
            }
        }
        return code;
    }

    /// A session that has ended ends the shell; what else is wrong is said.
    private int take(String typed) throws InterruptedException, IOException {
        try {
            return obey(typed);
        } catch (CliException e) {
            if (e.exitCode() != CliException.WRONG_USE) {
                throw e;
            }
            System.err.println("mayfly: " + e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            throw CliException.of(e).orElseThrow();
        }
    }

    private int obey(String typed) throws InterruptedException, IOException {
        if (typed.startsWith("!") || !(session.hasCells() || typed.startsWith("%"))) {
            session.command(typed.startsWith("!") ? typed.substring(1) : typed, printer);
            return printer.exitCode();
        }
        if (!typed.startsWith("%")) {
            session.cell(typed, printer);
            return printer.exitCode();
        }
        String[] words = typed.strip().split("\\s+");
        switch (words[0]) {
            case "%help" -> System.out.print(HELP);
            case "%ls" -> session.list(words.length > 1 ? words[1] : "/work").forEach(SessionShell::print);
            case "%put" -> {
                Path file = Path.of(word(words, 1, "%put FILE [PATH]"));
                session.write(words.length > 2 ? words[2] : file.getFileName().toString(), read(file));
            }
            case "%get" -> {
                String path = word(words, 1, "%get PATH [FILE]");
                Files.write(Path.of(words.length > 2 ? words[2] : path.substring(path.lastIndexOf('/') + 1)), session.read(path));
            }
            default -> throw new CliException(CliException.WRONG_USE, "unknown word %s; %%help lists them".formatted(words[0]));
        }
        return 0;
    }

    private static byte[] read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CliException(CliException.WRONG_USE, "no such file: " + file);
        }
        return Files.readAllBytes(file);
    }

    private static String word(String[] words, int at, String usage) {
        if (words.length <= at) {
            throw new CliException(CliException.WRONG_USE, "it must be " + usage);
        }
        return words[at];
    }

    private static void print(JsonNode entry) {
        System.out.printf("%-6s %10d  %s%n", entry.path("type").asText(), entry.path("sizeBytes").asLong(), entry.path("path").asText());
    }
}
