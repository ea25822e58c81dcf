package dev.mayfly.execution;

import static dev.mayfly.execution.RejectedException.Kind.LIMIT_OVER_CEILING;
import static dev.mayfly.execution.RejectedException.because;
import static dev.mayfly.execution.RejectedException.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.Job;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A checked submission: the job for the sandbox, and whether the waiting interpreter can take it.
record Preparation(LanguageRuntime runtime, Job job, Optional<String> coldReason) {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final long PAGE_BYTES = 4096; // as a file system in memory counts
    private static final int MAX_FILES = 1000;
    private static final int MAX_WORDS = 1000;
    private static final int MAX_PATH_BYTES = 1000;
    private static final int MAX_SEGMENT_BYTES = 255;
    private static final int MAX_WORDS_BYTES = 512 << 10;
    private static final Job.CollectionBudget BUDGET = new Job.CollectionBudget(100, 16L << 20);

    /// Throws `RejectedException`, naming the field, for everything that a sandbox should never see.
    static Preparation of(Submission submission, LanguageRuntime runtime) throws RejectedException {
        Program program = submission.program();
        boolean terminal = program.stdin() instanceof Stdin.Terminal;
        Limits limits = limits(submission.limits(), runtime, terminal);
        List<SourceFile> files = new ArrayList<>(program.files());
        String named = program.startFile(runtime::isNamedBy);
        String entrypoint = named.isEmpty() && program.entrypoint().isEmpty() ? runtime.entrypoint() : named;
        program.code().ifPresent(code -> files.addFirst(new SourceFile(entrypoint, code)));
        checkFiles(program, files, entrypoint, limits);
        checkWords(program);
        Optional<String> cold = terminal && !runtime.warmCommand().isEmpty() ? Optional.of("the interpreter that waits has no terminal") : runtime.coldReason(program.env(), limits);
        boolean anew = cold.isPresent() || runtime.warmCommand().isEmpty();
        var job = new Job(
                entrypoint,
                anew ? runtime.command(entrypoint, limits) : List.of(),
                program.args(),
                runtime.environment(terminal ? withTerminalName(program.env()) : program.env(), limits),
                files,
                program.outputs(),
                program.stdin(),
                limits,
                BUDGET);
        return new Preparation(runtime, anew ? withArguments(job) : job, cold);
    }

    private static Job withArguments(Job job) {
        List<String> command = new ArrayList<>(job.command());
        command.addAll(job.args());
        return new Job(
                job.entrypoint(), command, List.of(), job.env(), job.files(), job.outputs(), job.stdin(), job.limits(), job.budget());
    }

    private static Map<String, String> withTerminalName(Map<String, String> env) {
        Map<String, String> named = new HashMap<>(env);
        named.putIfAbsent("TERM", "xterm-256color");
        return named;
    }

    /// A person at a terminal has the time that there is, unless it is asked for less; its idleness is bounded instead.
    private static Limits limits(Map<LimitAxis, Long> requested, LanguageRuntime runtime, boolean terminal) throws RejectedException {
        for (var request : requested.entrySet()) {
            LimitAxis axis = request.getKey();
            String field = "limits." + axis.wireName();
            long amount = request.getValue();
            long ceiling = runtime.ceilings().of(axis);
            if (amount > ceiling) {
                throw because(LIMIT_OVER_CEILING, field, "%s is at most %s for %s, and %s was asked for"
                        .formatted(axis.wireName(), axis.toWire(ceiling), runtime.id(), axis.toWire(amount)));
            }
            long minimum = runtime.minimums().of(axis);
            if (amount < minimum) {
                throw invalid(field, "%s must be at least %s for %s, which does not run with less; got %s"
                        .formatted(axis.wireName(), axis.toWire(minimum), runtime.id(), axis.toWire(amount)));
            }
        }
        Limits usual = terminal ? runtime.defaults().with(Map.of(LimitAxis.WALL_TIME, runtime.ceilings().of(LimitAxis.WALL_TIME))) : runtime.defaults();
        return usual.with(requested);
    }

    private static void checkFiles(Program program, List<SourceFile> files, String entrypoint, Limits limits) throws RejectedException {
        checkPath("entrypoint", entrypoint);
        if (files.isEmpty()) {
            throw invalid("code", "either code or files must be given");
        }
        if (program.code().isPresent() && program.code().get().length == 0) {
            throw invalid("code", "code is empty");
        }
        if (files.size() > MAX_FILES) {
            throw invalid("files", "at most %d files, and there are %d".formatted(MAX_FILES, files.size()));
        }
        int shift = program.code().isPresent() ? 1 : 0;
        Set<String> paths = new HashSet<>();
        Set<String> folders = new HashSet<>();
        long bytes = 0;
        for (int i = 0; i < files.size(); i++) {
            String field = i < shift ? "code" : "files[%d].path".formatted(i - shift);
            String path = files.get(i).path();
            checkPath(field, path);
            if (!paths.add(path)) {
                throw invalid(field, "%s is there twice".formatted(path));
            }
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                folders.add(path.substring(0, slash));
            }
            bytes += (files.get(i).content().length + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        }
        for (String path : paths) {
            if (folders.contains(path)) {
                throw invalid("files", "%s is both a file and a folder".formatted(path));
            }
        }
        if (!paths.contains(entrypoint)) {
            throw invalid("entrypoint", "there is no file %s among the files; name the one to start".formatted(entrypoint));
        }
        if (bytes > limits.diskBytes()) {
            throw invalid("files", "the files take %d bytes, in pages of 4096, and diskBytes is %d".formatted(bytes, limits.diskBytes()));
        }
    }

    private static void checkPath(String field, String path) throws RejectedException {
        if (path.isEmpty()) {
            throw invalid(field, "the path is empty");
        }
        if (path.startsWith("/")) {
            throw invalid(field, "%s is absolute; paths are relative to the work folder".formatted(path));
        }
        if (path.indexOf('\0') >= 0) {
            throw invalid(field, "the path contains NUL");
        }
        if (path.getBytes(UTF_8).length > MAX_PATH_BYTES) {
            throw invalid(field, "the path is longer than %d bytes".formatted(MAX_PATH_BYTES));
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw invalid(field, "%s has an empty, . or .. part".formatted(path));
            }
            if (segment.getBytes(UTF_8).length > MAX_SEGMENT_BYTES) {
                throw invalid(field, "a part of the path is longer than %d bytes".formatted(MAX_SEGMENT_BYTES));
            }
        }
    }

    private static void checkWords(Program program) throws RejectedException {
        long bytes = 0;
        bytes += checkWords("args", program.args());
        bytes += checkWords("outputs", program.outputs());
        for (String pattern : program.outputs()) {
            checkPath("outputs", pattern);
        }
        for (var variable : program.env().entrySet()) {
            String field = "env." + variable.getKey();
            if (!VARIABLE.matcher(variable.getKey()).matches()) {
                throw invalid(field, "a variable's name consists of letters, digits and _, and does not begin with a digit");
            }
            bytes += variable.getKey().length() + checkWords(field, List.of(variable.getValue()));
        }
        if (program.env().size() > MAX_WORDS || bytes > MAX_WORDS_BYTES) {
            throw invalid("args", "args, env and outputs take more than %d bytes or %d entries".formatted(MAX_WORDS_BYTES, MAX_WORDS));
        }
    }

    private static long checkWords(String field, List<String> words) throws RejectedException {
        if (words.size() > MAX_WORDS) {
            throw invalid(field, "at most %d entries, and there are %d".formatted(MAX_WORDS, words.size()));
        }
        long bytes = 0;
        for (String word : words) {
            if (word.indexOf('\0') >= 0) {
                throw invalid(field, "an entry contains NUL");
            }
            bytes += word.getBytes(UTF_8).length;
        }
        return bytes;
    }
}
