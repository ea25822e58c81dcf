package dev.mayfly.runtime;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SandboxSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One language on offer, as its `runtime.yaml` describes it.
///
/// @param aliases further names that a submission may use for it, such as `py`
/// @param extensions file name endings that stand for this language at the command line
/// @param entrypoint the name that a submission of bare `code` is given
/// @param command starts the program; `{entrypoint}` and `{memoryMiB}` are filled in
/// @param warmCommand starts the interpreter that waits; empty when there is none
/// @param snapshot whether an engine may restore further waiting interpreters from a snapshot of one: what it has
///     drawn at random it draws again
/// @param coldEnvironment variables that the interpreter reads while it starts; `*` at the end stands for any rest
/// @param defaults limits of a submission that names none; also what a warm sandbox is made with
/// @param environment variables of every program that does not set them itself; `{cpus}` is filled in, rounded up
/// @param minimums what its interpreter cannot do without
/// @param ceilings what a submission may ask for at most
/// @param hello the program that a new image must run before it serves
/// @param compile what comes before a program is run, if anything
/// @param check what finds errors of syntax without running a program; by default the compile step
/// @param optional whether it is on offer only where its image is, and has no sandboxes waiting until it is used
/// @param tenant whose it is; by default everybody's
/// @param cells a program of the language, in the image, that takes the cells of a session from the agent's socket
///     (`runtimes/agent/PROTOCOL.md`); where the language can keep state between them
/// @param display a program of the language, in the image, that runs the program which its first argument names, and
///     writes what that shows to the folder `display`
@RecordBuilder
public record LanguageRuntime(
        String name,
        String version,
        List<String> aliases,
        String image,
        List<String> extensions,
        String entrypoint,
        List<String> command,
        List<String> warmCommand,
        boolean snapshot,
        List<String> coldEnvironment,
        Map<String, String> environment,
        Limits minimums,
        Limits defaults,
        Limits ceilings,
        String ociRuntime,
        Hello hello,
        Optional<CompileStep> compile,
        Optional<CompileStep> check,
        boolean optional,
        Optional<String> tenant,
        Optional<String> cells,
        Optional<String> display) {
    private static final int ONE_CPU_MILLIS = 1000;
    /// Before the libraries that the waiting interpreter imports.
    static final String PRELOAD = "--preload";

    public LanguageRuntime {
        aliases = List.copyOf(aliases);
        extensions = List.copyOf(extensions);
        command = List.copyOf(command);
        warmCommand = List.copyOf(warmCommand);
        coldEnvironment = List.copyOf(coldEnvironment);
        environment = Map.copyOf(environment);
    }

    /// A program of the language and what it must print.
    public record Hello(String code, String stdout) {}

    /// `python:3.13`
    public String id() {
        return name + ":" + version;
    }

    /// The libraries that the waiting interpreter has imported before a program comes.
    public List<String> preloaded() {
        int word = warmCommand.indexOf(PRELOAD);
        return word < 0 ? List.of() : warmCommand.subList(word + 1, warmCommand.size());
    }

    public LanguageRuntime withImage(String other) {
        return LanguageRuntimeBuilder.builder(this).image(other).build();
    }

    public LanguageRuntime withCeilings(Limits other) {
        return LanguageRuntimeBuilder.builder(this).ceilings(other).build();
    }

    /// Whether this tenant may use it.
    public boolean isOpenTo(String who) {
        return tenant.isEmpty() || tenant.get().equals(who);
    }

    /// Whether the file's ending is one of the language's.
    public boolean isNamedBy(String fileName) {
        return extensions.stream().anyMatch(fileName::endsWith);
    }

    /// What the pool keeps ready for this runtime.
    public SandboxSpec spec(String imageId) {
        return new SandboxSpec(id(), imageId, fill(warmCommand, "", defaults), rehearsal(), defaults, ociRuntime);
    }

    private Optional<SandboxSpec.Rehearsal> rehearsal() {
        return snapshot ? Optional.of(new SandboxSpec.Rehearsal(entrypoint, hello.code())) : Optional.empty();
    }

    /// The command for a program in a sandbox without a waiting interpreter.
    public List<String> command(String entrypoint, Limits limits) {
        return fill(command, entrypoint, limits);
    }

    /// What finds errors of syntax without running a program, if anything.
    public Optional<CompileStep> syntaxCheck() {
        return check.or(() -> compile);
    }

    /// The command that compiles a program of these files.
    public List<String> compileCommand(CompileStep step, String entrypoint, List<String> files) {
        List<String> sources = files.stream().filter(this::isNamedBy).sorted().toList();
        return command(step, entrypoint, sources.isEmpty() ? List.of(entrypoint) : sources);
    }

    /// The command that checks them: the start file, too, whatever it is called.
    public List<String> checkCommand(CompileStep step, String entrypoint, List<String> files) {
        return command(step, entrypoint, files.stream().filter(file -> isNamedBy(file) || file.equals(entrypoint)).sorted().toList());
    }

    private List<String> command(CompileStep step, String entrypoint, List<String> sources) {
        return step.withSources(fill(step.command(), entrypoint, defaults.with(step.limits())), sources);
    }

    /// A program's variables: its own, and the runtime's that it has not set.
    public Map<String, String> environment(Map<String, String> own, Limits limits) {
        String cpus = Integer.toString(Math.ceilDiv(limits.cpuMillis(), ONE_CPU_MILLIS));
        var all = new HashMap<String, String>();
        environment.forEach((name, value) -> all.put(name, value.replace("{cpus}", cpus)));
        all.putAll(own);
        return all;
    }

    /// Limits that only the sandbox's creation can set.
    public Map<LimitAxis, Long> sandboxChanges(Limits limits) {
        return changes(limits, LimitAxis.DISK);
    }

    /// The same where a sandbox keeps all that it is made with.
    public Map<LimitAxis, Long> allSandboxChanges(Limits limits) {
        return changes(limits, LimitAxis.DISK, LimitAxis.MEMORY, LimitAxis.CPUS, LimitAxis.PIDS);
    }

    private Map<LimitAxis, Long> changes(Limits limits, LimitAxis... axes) {
        var changes = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        for (LimitAxis axis : axes) {
            if (limits.of(axis) != defaults.of(axis)) {
                changes.put(axis, limits.of(axis));
            }
        }
        return changes;
    }

    /// Why the waiting interpreter cannot run such a program as a fresh one would, if so.
    public Optional<String> coldReason(Map<String, String> env, Limits limits) {
        for (String name : env.keySet()) {
            if (coldEnvironment.stream().anyMatch(pattern -> matches(pattern, name))) {
                return Optional.of("the interpreter reads %s while it starts".formatted(name));
            }
        }
        if (limits.openFiles() != defaults.openFiles()) {
            return Optional.of("openFiles differs from the runtime's " + defaults.openFiles());
        }
        if (!fill(warmCommand, "", limits).equals(fill(warmCommand, "", defaults))) {
            return Optional.of("memoryBytes differs from the runtime's " + defaults.memoryBytes());
        }
        return Optional.empty();
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*") ? name.startsWith(pattern.substring(0, pattern.length() - 1)) : name.equals(pattern);
    }

    private static List<String> fill(List<String> command, String entrypoint, Limits limits) {
        String memory = Long.toString(limits.memoryBytes() >> 20);
        return command.stream()
                .map(word -> word.replace("{entrypoint}", entrypoint).replace("{memoryMiB}", memory))
                .toList();
    }
}
