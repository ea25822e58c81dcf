package dev.mayfly.http.codapi;

import static dev.mayfly.execution.RejectedException.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A snippet as the widget sends it.
///
/// @param sandbox a runtime's name or alias
/// @param version missing or empty for the default one
/// @param command always `run`
/// @param files by name; the snippet's own is empty
@JsonIgnoreProperties(ignoreUnknown = true)
record ExecRequest(@Nullable String sandbox, @Nullable String version, @Nullable String command, @Nullable Map<String, @Nullable String> files) {
    private static final String SNIPPET = "";
    private static final String RUN = "run";
    /// As the widget sends files that are not text.
    private static final Pattern DATA_URL = Pattern.compile("data:[^,]*;base64,(.*)", Pattern.DOTALL);

    Submission submission(RuntimeCatalog catalog, String tenant) throws RejectedException {
        if (sandbox == null || sandbox.isEmpty()) {
            throw invalid("sandbox", "sandbox is missing");
        }
        if (command != null && !command.isEmpty() && !command.equals(RUN)) {
            // the widget has one status for both
            throw RejectedException.because(RejectedException.Kind.UNKNOWN_RUNTIME, "command", "unknown command %s; a sandbox has the command run".formatted(command));
        }
        Map<String, @Nullable String> given = files == null ? Map.of() : files;
        if (given.get(SNIPPET) == null) {
            throw invalid("files", "files must have the snippet under the empty name");
        }
        List<SourceFile> others = new ArrayList<>();
        for (Map.Entry<String, @Nullable String> file : given.entrySet()) {
            if (!file.getKey().equals(SNIPPET)) {
                others.add(new SourceFile(file.getKey(), bytes(file.getKey(), file.getValue())));
            }
        }
        byte[] code = String.valueOf(given.get(SNIPPET)).getBytes(UTF_8);
        var program = new Program(Optional.of(code), others, Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of());
        return Submission.awaited(ExecutionId.next(), tenant, runtime(catalog, sandbox), program, Map.of());
    }

    private String runtime(RuntimeCatalog catalog, String name) {
        return version == null || version.isEmpty() ? name : catalog.find(name).map(LanguageRuntime::name).orElse(name) + ":" + version;
    }

    private static byte[] bytes(String name, @Nullable String content) throws RejectedException {
        if (content == null) {
            throw invalid("files", "the content of %s must be a string; got null".formatted(name));
        }
        Matcher binary = DATA_URL.matcher(content);
        try {
            return binary.matches() ? Base64.getDecoder().decode(binary.group(1)) : content.getBytes(UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("files", "the content of %s is not base64: %s".formatted(name, e.getMessage()));
        }
    }
}
