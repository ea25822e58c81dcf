package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Words;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.session.CommandRequest;
import dev.mayfly.session.SessionRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is sent for sessions. Whatever is wrong is a rejection that names the field.
public final class SessionRequests {
    private static final int MAX_LABELS = 64;
    private static final int MAX_LABEL_CHARACTERS = 10_000;

    private SessionRequests() {}

    /// Files to be written in a session.
    public static List<SourceFile> files(@Nullable List<SubmissionRequest.FileContent> contents) throws RejectedException {
        return SubmissionConverter.files(contents);
    }

    /// @param ttlSeconds until it ends
    /// @param idleSeconds until it ends when nothing happens in it
    public record OpenSessionRequest(
            @Nullable String runtime, @Nullable Map<String, BigDecimal> limits, @Nullable Map<String, String> env, @Nullable List<SubmissionRequest.FileContent> files,
            @Nullable Long ttlSeconds, @Nullable Long idleSeconds, @Nullable Map<String, String> labels) {
        public SessionRequest toRequest(String tenant) throws RejectedException {
            if (runtime == null) {
                throw invalid("runtime", "runtime is missing");
            }
            Map<String, String> own = labels == null ? Map.of() : labels;
            boolean strings = own.values().stream().allMatch(Objects::nonNull);
            if (own.size() > MAX_LABELS || !strings || own.entrySet().stream().mapToInt(label -> label.getKey().length() + label.getValue().length()).sum() > MAX_LABEL_CHARACTERS) {
                throw invalid("labels", "labels must have at most %d entries, each a string, and %d characters together".formatted(MAX_LABELS, MAX_LABEL_CHARACTERS));
            }
            return new SessionRequest(tenant, Optional.of(runtime), SubmissionConverter.limits(limits), SubmissionConverter.env(env), SubmissionConverter.files(files), seconds(ttlSeconds),
                    seconds(idleSeconds), own);
        }

        private static Optional<Duration> seconds(@Nullable Long seconds) {
            return Optional.ofNullable(seconds).map(Duration::ofSeconds);
        }
    }

    /// @param ttlSeconds from now on
    public record ExtendSessionRequest(@Nullable Long ttlSeconds) {
        public Duration left(Duration longest) throws RejectedException {
            if (ttlSeconds == null || ttlSeconds < 1 || ttlSeconds > longest.toSeconds()) {
                throw invalid("ttlSeconds", "ttlSeconds must be between 1 and %d; got %s".formatted(longest.toSeconds(), ttlSeconds));
            }
            return Duration.ofSeconds(ttlSeconds);
        }
    }

    /// @param timeoutMs without the cells before it
    public record CellRequest(@Nullable String code, @Nullable Long timeoutMs, @Nullable Long maxOutputBytes) {
        public String requireCode() throws RejectedException {
            if (code == null) {
                throw invalid("code", "code is missing");
            }
            return code;
        }

        public Duration timeout(Limits limits, Duration longest) throws RejectedException {
            return within("timeoutMs", timeoutMs, limits.wallTime(), longest);
        }

        public long output(Limits limits) throws RejectedException {
            return outputBytes(maxOutputBytes, limits);
        }
    }

    /// @param command the program's words, or a `line` for `/bin/sh` in its place
    /// @param cwd absolute, or below the work folder
    /// @param keepStdin whether more input may come
    /// @param background whether the answer comes when it has started
    public record RunCommandRequest(
            @Nullable List<String> command, @Nullable String line, @Nullable String cwd, @Nullable Map<String, String> env, @Nullable String stdin, @Nullable String stdinEncoding,
            @Nullable Boolean keepStdin, @Nullable WindowRequest tty, @Nullable Long timeoutMs, @Nullable Long maxOutputBytes, @Nullable Boolean background) {
        private static final int MAX_BYTES = 200_000; // with those of the session they fit in a frame
        private static final int MAX_PATH = 4000;

        public boolean isInBackground() {
            return Boolean.TRUE.equals(background);
        }

        public CommandRequest toRequest(Limits limits, Duration longest) throws RejectedException {
            boolean inBackground = isInBackground();
            Optional<Duration> timeout = inBackground && timeoutMs == null ? Optional.empty() : Optional.of(within("timeoutMs", timeoutMs, limits.wallTime(), longest));
            boolean keeps = Boolean.TRUE.equals(keepStdin);
            if (keeps && !inBackground) {
                throw invalid("keepStdin", "keepStdin needs background: true, so that there is an id to send more input to");
            }
            byte[] input = stdin == null ? new byte[0] : SubmissionConverter.bytes("stdin", stdin, stdinEncoding);
            return new CommandRequest(words(), folder(), variables(), input, keeps, window(), timeout, outputBytes(maxOutputBytes, limits));
        }

        private List<String> words() throws RejectedException {
            if ((command == null) == (line == null)) {
                throw invalid("command", "one of command and line must be given");
            }
            String field = line != null ? "line" : "command";
            List<String> words = line != null ? List.of("/bin/sh", "-c", line) : SubmissionConverter.orEmpty(command, field);
            if (words.isEmpty() || words.getFirst().isEmpty()) {
                throw invalid(field, "a command must have at least one word, the program");
            }
            requireFew(field, Words.check(field, words));
            return words;
        }

        private Map<String, String> variables() throws RejectedException {
            Map<String, String> own = SubmissionConverter.env(env);
            requireFew("env", Words.checkVariables(own));
            return own;
        }

        private static void requireFew(String field, long bytes) throws RejectedException {
            if (bytes > MAX_BYTES) {
                throw invalid(field, "%s must have at most %d bytes; got %d".formatted(field, MAX_BYTES, bytes));
            }
        }

        private String folder() throws RejectedException {
            if (cwd == null) {
                return Hardening.WORK_FOLDER;
            }
            if (cwd.isEmpty() || cwd.indexOf('\0') >= 0 || cwd.length() > MAX_PATH) {
                throw invalid("cwd", "cwd must be a path");
            }
            return cwd.startsWith("/") ? cwd : Hardening.WORK_FOLDER + "/" + cwd;
        }

        private Optional<WindowSize> window() throws RejectedException {
            return tty == null ? Optional.empty() : Optional.of(tty.toSize());
        }
    }

    public record WindowRequest(@Nullable Integer rows, @Nullable Integer cols) {
        public WindowSize toSize() throws RejectedException {
            try {
                return new WindowSize(rows == null ? 0 : rows, cols == null ? 0 : cols);
            } catch (IllegalArgumentException e) {
                throw invalid("tty", "tty.%s".formatted(e.getMessage()));
            }
        }
    }

    /// @param makeFolder a folder to be made, with those on its way
    /// @param move a file or folder to be moved
    /// @param to where it is moved
    public record ChangeFileRequest(@Nullable String makeFolder, @Nullable String move, @Nullable String to) {
        /// One of the two things that can be asked for.
        public void check() throws RejectedException {
            if ((makeFolder == null) == (move == null) || (move == null) != (to == null)) {
                throw invalid("makeFolder", "one of makeFolder, and move with to, must be given");
            }
        }
    }

    private static Duration within(String field, @Nullable Long millis, Duration usual, Duration longest) throws RejectedException {
        if (millis != null && (millis < 1 || millis > longest.toMillis())) {
            throw invalid(field, "%s must be between 1 and %d; got %d".formatted(field, longest.toMillis(), millis));
        }
        return millis == null ? usual : Duration.ofMillis(millis);
    }

    private static long outputBytes(@Nullable Long bytes, Limits limits) throws RejectedException {
        if (bytes != null && (bytes < 0 || bytes > limits.outputBytes())) {
            throw invalid("maxOutputBytes", "maxOutputBytes must be between 0 and the session's limit of %d; got %d".formatted(limits.outputBytes(), bytes));
        }
        return bytes == null ? limits.outputBytes() : bytes;
    }
}
