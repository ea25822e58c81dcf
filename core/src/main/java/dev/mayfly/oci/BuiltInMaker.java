package dev.mayfly.oci;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SandboxSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Sandboxes made by the keeper itself, see `runtimes/keeper/sandbox.c`: no program is started for one, nothing is
/// parsed but a short plan, and a sandbox has only the control groups and mounts that it is held by.
record BuiltInMaker() implements SandboxMaker {
    static final String NAME = "built-in";
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Name, major and minor number:
    /// https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-devices
    private static final List<String> DEVICES = List.of("null\t1\t3", "zero\t1\t5", "full\t1\t7", "random\t1\t8", "urandom\t1\t9", "tty\t5\t0");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String blueprint(SandboxSpec spec, Image image, StateFolder home, boolean ownUsers) {
        List<String> plan = new ArrayList<>();
        ControlGroups.limits(spec.limits()).forEach((file, value) -> plan.add(step("limit", file, value)));
        plan.add(step("score", String.valueOf(Hardening.OOM_SCORE_ADJUSTMENT)));
        for (Confinement.Mount mount : Confinement.mounts(spec.limits())) {
            plan.add(step("mount", mount.type(), mount.place(), mount.options()));
        }
        DEVICES.forEach(device -> plan.add("device\t" + device));
        Hardening.SYSCTLS.forEach((name, value) -> plan.add(step("sysctl", name, value)));
        Hardening.MASKED_PATHS.forEach(path -> plan.add(step("mask", path)));
        Hardening.READ_ONLY_PATHS.forEach(path -> plan.add(step("read-only", path)));
        plan.add(step("hostname", Hardening.HOSTNAME));
        plan.add(step("files", String.valueOf(Confinement.OPEN_FILES)));
        Hardening.AGENT_CAPABILITIES.stream().filter(name -> !name.equals(Hardening.LOOPBACK_CAPABILITY)).forEach(name -> plan.add(step("capability", name)));
        plan.add(step("filter", home.filter().toString()));
        plan.add(step("folder", Confinement.START_FOLDER));
        image.env().forEach(variable -> plan.add(step("env", variable)));
        Confinement.command(spec).forEach(word -> plan.add(step("arg", word)));
        return plan.stream().map(line -> line + "\n").collect(joining());
    }

    private static String step(String... words) {
        return Stream.of(words).map(word -> word.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")).collect(joining("\t"));
    }

    @Override
    public SocketChannel start(OciContainer sandbox, RootFiles root, String blueprint) throws IOException {
        Path plan = Files.writeString(sandbox.folder().resolve("plan"), blueprint);
        return sandbox.keeper().make(sandbox.log(), sandbox.id(), plan, root);
    }

    @Override
    public void resize(OciContainer sandbox, Limits limits) throws IOException {
        ControlGroups.change(sandbox.id(), limits);
    }

    /// To kill the processes of its control groups is to kill it.
    @Override
    public void kill(OciContainer sandbox) {}

    /// The rules for [Keeper#writeFilter]; Docker's profile format says the same.
    static String filterRules() {
        try {
            JsonNode profile = JSON.readTree(Hardening.seccompProfile());
            List<String> rules = new ArrayList<>(List.of(step("default", profile.required("defaultErrnoRet").asText())));
            for (JsonNode rule : profile.required("syscalls")) {
                String action = word(rule.required("action"), "SCMP_ACT_");
                for (JsonNode name : rule.required("names")) {
                    rules.add(step(action, rule.path("errnoRet").asText("0"), name.asText()) + condition(rule));
                }
            }
            return rules.stream().map(line -> line + "\n").collect(joining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String condition(JsonNode rule) {
        StringBuilder condition = new StringBuilder();
        for (JsonNode argument : rule.path("args")) {
            condition.append('\t').append(step(argument.required("index").asText(), word(argument.required("op"), "SCMP_CMP_"),
                    argument.required("value").asText(), argument.path("valueTwo").asText("0")));
        }
        return condition.toString();
    }

    /// `masked-eq` for `SCMP_CMP_MASKED_EQ`
    private static String word(JsonNode constant, String prefix) {
        return constant.asText().substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
