package dev.mayfly.execution;

import static dev.mayfly.execution.RejectedException.Kind.LIMIT_OVER_CEILING;
import static dev.mayfly.execution.RejectedException.because;
import static dev.mayfly.execution.RejectedException.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.runtime.CompileStep;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.OutputFile;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A checked submission: the program for the sandbox, and whether the waiting interpreter can take it.
///
/// @param compile what runs before the program, in a sandbox of its own
/// @param cases runs of the program, if there are several
record Preparation(LanguageRuntime runtime, PreparedProgram program, Optional<PreparedProgram> compile, List<Case> cases, Optional<String> coldReason) {
    private static final long PAGE_BYTES = 4096; // as a file system in memory counts
    static final int MAX_FILES = 1000;
    private static final int MAX_PATH_BYTES = 1000;
    private static final int MAX_SEGMENT_BYTES = 255;
    static final int MAX_WORDS_BYTES = 512 << 10;
    private static final String SHOWN = "display/*";
    private static final PreparedProgram.CollectionBudget BUDGET = new PreparedProgram.CollectionBudget(100, 16L << 20);
    private static final PreparedProgram.CollectionBudget COMPILED = new PreparedProgram.CollectionBudget(1000, 16L << 20);

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
        boolean started = cold.isPresent() || runtime.warmCommand().isEmpty();
        Optional<String> shower = shower(program, runtime);
        String first = shower.orElse(entrypoint);
        var prepared = new PreparedProgram(
                first,
                started ? runtime.command(first, limits) : List.of(),
                shower.isEmpty() ? program.args() : with(entrypoint, program.args()),
                runtime.environment(terminal ? withTerminalName(program.env()) : program.env(), limits),
                files,
                shower.isEmpty() ? program.outputs() : with(SHOWN, program.outputs()),
                program.stdin(),
                limits,
                BUDGET);
        Optional<PreparedProgram> compile = compileStep(program, runtime).map(step -> compile(step, prepared, runtime));
        CaseCheck.check(program, files, limits, runtime);
        return new Preparation(runtime, prepared, compile, program.cases(), cold);
    }

    /// What finds errors of syntax takes the program's place.
    static Preparation checking(Submission submission, LanguageRuntime runtime) throws RejectedException {
        PreparedProgram program = of(submission, runtime).program();
        String entrypoint = submission.program().display() ? program.args().getFirst() : program.entrypoint();
        CompileStep step = runtime.syntaxCheck().orElseThrow(() -> invalid("check", "a program of %s cannot be checked without running it".formatted(runtime.id())));
        List<String> files = program.files().stream().map(SourceFile::path).toList();
        PreparedProgram checker = compiler(step, program, runtime.checkCommand(step, entrypoint, files), runtime, List.of());
        return new Preparation(runtime, checker, Optional.empty(), List.of(), Optional.of("the program is checked, and does not run"));
    }

    /// For a session: the runtime's driver of cells, if it has one, in the place of a program, and the files beside it.
    static Preparation held(Submission submission, LanguageRuntime runtime) throws RejectedException {
        Program program = submission.program();
        Limits limits = limits(submission.limits(), runtime, false);
        List<SourceFile> files = program.files();
        String entrypoint = runtime.cells().orElse(runtime.entrypoint());
        checkPaths(files, 0);
        checkTogether(files, limits);
        checkWords(program);
        Optional<String> cold = runtime.coldReason(program.env(), limits);
        boolean waits = cold.isEmpty() && !runtime.warmCommand().isEmpty() && runtime.cells().isPresent();
        var prepared = new PreparedProgram(entrypoint, waits ? List.of() : runtime.command(entrypoint, limits), List.of(), runtime.environment(program.env(), limits), files, List.of(),
                Stdin.EMPTY, limits, BUDGET);
        return new Preparation(runtime, prepared, Optional.empty(), List.of(), cold);
    }

    /// What runs the program where what it shows comes back.
    private static Optional<String> shower(Program program, LanguageRuntime runtime) throws RejectedException {
        if (!program.display()) {
            return Optional.empty();
        }
        if (!program.cases().isEmpty()) {
            throw invalid("display", "display cannot be given with cases");
        }
        if (runtime.display().isEmpty()) {
            throw invalid("display", "a program of %s has nothing to display".formatted(runtime.id()));
        }
        return runtime.display();
    }

    private static List<String> with(String first, List<String> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    private static Optional<CompileStep> compileStep(Program program, LanguageRuntime runtime) throws RejectedException {
        Optional<CompileStep> step = runtime.compile();
        if (program.compile().isEmpty()) {
            return step.filter(known -> !known.onRequest());
        }
        boolean wanted = program.compile().get();
        if (wanted && step.isEmpty()) {
            throw invalid("compile", "%s has no compile step".formatted(runtime.id()));
        }
        if (!wanted && step.filter(known -> !known.onRequest()).isPresent()) {
            throw invalid("compile", "a program of %s must be compiled".formatted(runtime.id()));
        }
        return step.filter(known -> wanted);
    }

    private static PreparedProgram compile(CompileStep step, PreparedProgram program, LanguageRuntime runtime) {
        List<String> files = program.files().stream().map(SourceFile::path).toList();
        return compiler(step, program, runtime.compileCommand(step, program.entrypoint(), files), runtime, step.outputs());
    }

    private static PreparedProgram compiler(CompileStep step, PreparedProgram program, List<String> command, LanguageRuntime runtime, List<String> outputs) {
        Limits limits = runtime.defaults().with(step.limits());
        return new PreparedProgram(program.entrypoint(), command, List.of(), runtime.environment(Map.of(), limits), program.files(), outputs, Stdin.EMPTY, limits, COMPILED);
    }

    /// What is kept of it until its end: files, what the compiler writes, and the cases. What the compiler makes is
    /// counted when it is there.
    long mostKeptBytes() {
        long files = program.outputs().isEmpty() ? 0 : program.budget().bytes();
        long compiler = compile.map(step -> step.limits().outputBytes()).orElse(0L);
        return files + compiler + Math.min(cases.size() * program.limits().outputBytes(), CaseBudget.OUTPUT_BYTES);
    }

    /// Why what the compiler has made cannot run beside the program's files, if so.
    Optional<String> misfit(List<OutputFile> outputs) {
        List<SourceFile> all = compiled(outputs).files();
        Set<String> folders = new HashSet<>();
        all.forEach(file -> addFolders(file.path(), folders));
        if (all.stream().anyMatch(file -> folders.contains(file.path()) || file.path().getBytes(UTF_8).length > MAX_PATH_BYTES)) {
            return Optional.of("a path is too long, or both a file and a folder");
        }
        return bytes(all) > program.limits().diskBytes()
                ? Optional.of("with the program's files it takes %d bytes, in pages of 4096; diskBytes is %d".formatted(bytes(all), program.limits().diskBytes()))
                : Optional.empty();
    }

    /// Of the sandbox that comes first.
    Limits firstLimits() {
        return compile.orElse(program).limits();
    }

    /// The program with what the compiler has made of it.
    PreparedProgram compiled(List<OutputFile> outputs) {
        Map<String, SourceFile> files = new LinkedHashMap<>();
        program.files().forEach(file -> files.put(file.path(), file));
        outputs.forEach(file -> files.put(file.path(), new SourceFile(file.path(), file.content(), true)));
        return program.withFiles(List.copyOf(files.values()));
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
                throw because(LIMIT_OVER_CEILING, field, "%s must be at most %s for %s; got %s"
                        .formatted(axis.wireName(), axis.toWire(ceiling), runtime.id(), axis.toWire(amount)));
            }
            long minimum = runtime.minimums().of(axis);
            if (amount < minimum) {
                throw invalid(field, "%s must be at least %s for %s; got %s"
                        .formatted(axis.wireName(), axis.toWire(minimum), runtime.id(), axis.toWire(amount)));
            }
        }
        Limits usual = terminal ? runtime.defaults().with(Map.of(LimitAxis.WALL_TIME, runtime.ceilings().of(LimitAxis.WALL_TIME))) : runtime.defaults();
        return usual.with(requested);
    }

    /// Upwards, as far as they are new.
    static void addFolders(String path, Set<String> folders) {
        for (int slash = path.lastIndexOf('/'); slash > 0 && folders.add(path.substring(0, slash)); ) {
            slash = path.lastIndexOf('/', slash - 1);
        }
    }

    static long bytes(List<SourceFile> files) {
        return files.stream().mapToLong(file -> (file.content().length + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES).sum();
    }

    private static void checkFiles(Program program, List<SourceFile> files, String entrypoint, Limits limits) throws RejectedException {
        checkPath("entrypoint", entrypoint);
        if (files.isEmpty()) {
            throw invalid("code", "code or files must be given");
        }
        if (program.code().isPresent() && program.code().get().length == 0) {
            throw invalid("code", "code must not be empty");
        }
        Set<String> paths = checkPaths(files, program.code().isPresent() ? 1 : 0);
        if (!paths.contains(entrypoint)) {
            throw invalid("entrypoint", "the entrypoint %s is not among the files".formatted(entrypoint));
        }
        checkTogether(files, limits);
    }

    /// @param shift how many come before those that the request lists
    private static Set<String> checkPaths(List<SourceFile> files, int shift) throws RejectedException {
        if (files.size() > MAX_FILES) {
            throw invalid("files", "files must have at most %d entries; got %d".formatted(MAX_FILES, files.size()));
        }
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < files.size(); i++) {
            String field = i < shift ? "code" : "files[%d].path".formatted(i - shift);
            String path = files.get(i).path();
            checkPath(field, path);
            if (!paths.add(path)) {
                throw invalid(field, "%s is given twice".formatted(path));
            }
        }
        return paths;
    }

    /// That these files can be in one work folder.
    private static void checkTogether(List<SourceFile> files, Limits limits) throws RejectedException {
        Set<String> folders = new HashSet<>();
        files.forEach(file -> addFolders(file.path(), folders));
        long bytes = bytes(files);
        for (SourceFile file : files) {
            if (folders.contains(file.path())) {
                throw invalid("files", "%s is both a file and a folder".formatted(file.path()));
            }
        }
        if (bytes > limits.diskBytes()) {
            throw invalid("files", "the files take %d bytes, in pages of 4096; diskBytes is %d".formatted(bytes, limits.diskBytes()));
        }
    }

    static void checkPath(String field, String path) throws RejectedException {
        if (path.isEmpty()) {
            throw invalid(field, "the path must not be empty");
        }
        if (path.startsWith("/")) {
            throw invalid(field, "%s must be relative to the work folder".formatted(path));
        }
        if (path.indexOf('\0') >= 0) {
            throw invalid(field, "the path must not contain NUL");
        }
        if (path.getBytes(UTF_8).length > MAX_PATH_BYTES) {
            throw invalid(field, "the path must be at most %d bytes long".formatted(MAX_PATH_BYTES));
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw invalid(field, "%s must not have an empty, . or .. part".formatted(path));
            }
            if (segment.getBytes(UTF_8).length > MAX_SEGMENT_BYTES) {
                throw invalid(field, "a part of the path must be at most %d bytes long".formatted(MAX_SEGMENT_BYTES));
            }
        }
    }

    private static void checkWords(Program program) throws RejectedException {
        long bytes = Words.check("args", program.args()) + Words.check("outputs", program.outputs()) + Words.checkVariables(program.env());
        for (String pattern : program.outputs()) {
            checkPath("outputs", pattern);
        }
        if (bytes > MAX_WORDS_BYTES) {
            throw invalid("args", "args, env and outputs must have at most %d bytes together; got %d".formatted(MAX_WORDS_BYTES, bytes));
        }
    }
}
