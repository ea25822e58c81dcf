package dev.mayfly.runtime;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads `runtimes/*/runtime.yaml`. A field that we do not know is an error, so that a typing slip does not pass in
/// silence.
public final class RuntimeFolder {
    private static final YAMLMapper YAML =
            YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final YAMLMapper MERGING = YAMLMapper.builder().withConfigOverride(ArrayNode.class, override -> override.setMergeable(false)).build();
    static final String FILE = "runtime.yaml";
    private static final String FROM = "from";
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final System.Logger LOG = System.getLogger(RuntimeFolder.class.getName());

    private RuntimeFolder() {}

    private record Warm(List<String> command, boolean snapshot, @Nullable List<String> preload, @Nullable List<String> coldEnvironment) {
        /// The interpreter that waits imports the preloaded libraries first.
        List<String> whole() {
            return preload == null || preload.isEmpty() ? command : Stream.of(command, List.of(LanguageRuntime.PRELOAD), preload).flatMap(List::stream).toList();
        }
    }

    private record Compile(List<String> command, @Nullable List<String> outputs, @Nullable Map<String, BigDecimal> limits, @Nullable Boolean onRequest) {
        CompileStep step() {
            return new CompileStep(command, outputs == null ? List.of() : outputs, amounts(limits), Boolean.TRUE.equals(onRequest));
        }
    }

    private record HelloFile(String file, String stdout) {}

    private record LimitsSection(
            @Nullable Map<String, BigDecimal> minimum,
            @JsonProperty("default") @Nullable Map<String, BigDecimal> defaults,
            @Nullable Map<String, BigDecimal> ceiling) {}

    private record RuntimeYaml(
            String name,
            @Nullable String from,
            @Nullable Boolean optional,
            @Nullable List<String> packages, // of its image, for runtimes/build
            String version,
            @Nullable List<String> otherVersions,
            @Nullable List<String> aliases,
            @Nullable String image,
            @Nullable List<String> extensions,
            String entrypoint,
            List<String> command,
            @Nullable String cells,
            @Nullable String display,
            @Nullable Warm warm,
            @Nullable Compile compile,
            @Nullable List<String> check,
            @Nullable Map<String, String> environment,
            @Nullable LimitsSection limits,
            @Nullable String ociRuntime,
            HelloFile hello,
            @Nullable String tenant) {}

    /// Pairs `ID=IMAGE`, as a setting has them, by the id.
    public static Map<String, String> images(Set<String> pairs) {
        Map<String, String> images = new TreeMap<>();
        for (String pair : pairs) {
            int end = pair.indexOf('=');
            if (end < 1 || end == pair.length() - 1) {
                throw new IllegalArgumentException("an image is named by RUNTIME:VERSION=IMAGE; got " + pair);
            }
            images.put(pair.substring(0, end).strip(), pair.substring(end + 1).strip());
        }
        return images;
    }

    /// As `read`, with each language's own default version, and nothing that was built later.
    public static RuntimeCatalog read(Path folder) {
        return read(folder, Set.of(), Map.of(), List.of());
    }

    /// All runtimes below the folder, by name. Throws `IllegalArgumentException`, naming the file, when one is wrong.
    ///
    /// @param defaults ids of the versions that their language's bare name means, where `runtime.yaml` says otherwise
    /// @param images names of images by a runtime's id, where they are not those of its `runtime.yaml`
    /// @param built further files `runtime.yaml`, of runtimes built from the folder's; one that is invalid is logged and skipped
    public static RuntimeCatalog read(Path folder, Set<String> defaults, Map<String, String> images, List<Path> built) {
        try (Stream<Path> folders = Files.list(folder)) {
            List<LanguageRuntime> runtimes = new ArrayList<>();
            for (Path file : folders.map(language -> language.resolve(FILE)).filter(Files::exists).sorted().toList()) {
                readOne(file, folder).stream().map(runtime -> runtime.withImage(images.getOrDefault(runtime.id(), runtime.image()))).forEach(runtimes::add);
            }
            if (runtimes.isEmpty()) {
                throw new IllegalArgumentException("there is no runtime.yaml in any folder of " + folder);
            }
            Set<String> ids = runtimes.stream().map(LanguageRuntime::id).collect(Collectors.toSet());
            images.keySet().stream().filter(id -> !ids.contains(id)).findFirst().ifPresent(id -> {
                throw new IllegalArgumentException("an image is named for %s, which no runtime.yaml has".formatted(id));
            });
            built.forEach(file -> addIfRight(runtimes, file, folder));
            return new RuntimeCatalog(runtimes, defaults);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the runtimes in " + folder, e);
        }
    }

    /// One that was built from a runtime of the folder.
    ///
    /// @param build has its `runtime.yaml`
    public static LanguageRuntime readBuilt(Path build, Path folder) {
        return readOne(build.resolve(FILE), folder).getFirst();
    }

    /// The folder's own come first: one of the same name that was built is left out, and the log says so.
    private static void addIfRight(List<LanguageRuntime> runtimes, Path file, Path folder) {
        try {
            LanguageRuntime runtime = readOne(file, folder).getFirst();
            if (runtimes.stream().anyMatch(other -> other.name().equals(runtime.name()) || other.aliases().contains(runtime.name()))) {
                throw new IllegalArgumentException("%s: the name %s already belongs to another runtime".formatted(file, runtime.name()));
            }
            runtimes.add(runtime);
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "a built runtime is left out: {0}", e.getMessage());
        }
    }

    /// Every version, the default one first.
    ///
    /// @param folder where the runtimes are that it may be built from
    private static List<LanguageRuntime> readOne(Path file, Path folder) {
        try {
            Optional.ofNullable(tree(file).get(FROM)).ifPresent(from -> lineage(folder, from.asText()));
            RuntimeYaml yaml = YAML.treeToValue(whole(file, folder), RuntimeYaml.class);
            String hello = Files.readString(nearest(file, folder, yaml.hello().file()));
            Stream<String> others = yaml.otherVersions() == null ? Stream.of() : yaml.otherVersions().stream();
            return Stream.concat(Stream.of(yaml.version()), others).map(version -> runtime(yaml, version, hello)).toList();
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /// Its own, or of those that it is built from the nearest one's.
    private static Path nearest(Path file, Path folder, String name) throws IOException {
        Path own = file.resolveSibling(name);
        Optional<Path> origin = origin(tree(file), folder);
        return Files.exists(own) || origin.isEmpty() ? own : nearest(origin.get(), folder, name);
    }

    /// What a runtime that is built `from` another one does not say is as there, but for what only one can have.
    private static ObjectNode whole(Path file, Path folder) throws IOException {
        ObjectNode own = tree(file);
        Optional<Path> origin = origin(own, folder);
        if (origin.isEmpty()) {
            return own;
        }
        ObjectNode whole = whole(origin.get(), folder);
        whole.remove(List.of("image", "otherVersions", "aliases", "extensions", "optional", "packages"));
        return MERGING.readerForUpdating(whole).readValue(own);
    }

    private static Optional<Path> origin(ObjectNode tree, Path folder) {
        return Optional.ofNullable(tree.get(FROM)).map(JsonNode::asText).map(name -> file(folder, name));
    }

    private static Path file(Path folder, String name) {
        Path file = folder.resolve(name).resolve(FILE);
        if (!NAME.matcher(name).matches() || !Files.exists(file)) {
            throw new IllegalArgumentException("from must name another runtime's folder; got " + name);
        }
        return file;
    }

    /// The folders of a runtime and of those that it is built from, the nearest first.
    public static List<Path> lineage(Path folder, String name) {
        try {
            List<Path> lineage = new ArrayList<>();
            for (Optional<Path> file = Optional.of(file(folder, name)); file.isPresent(); file = origin(tree(file.get()), folder)) {
                Path next = file.get().resolveSibling("");
                if (lineage.contains(next)) {
                    throw new IllegalArgumentException("%s is built from itself".formatted(name));
                }
                lineage.add(next);
            }
            return lineage;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the runtimes in " + folder, e);
        }
    }

    private static ObjectNode tree(Path file) throws IOException {
        if (YAML.readTree(file.toFile()) instanceof ObjectNode tree) {
            return tree;
        }
        throw new IllegalArgumentException("the file must hold fields and their values");
    }

    private static String inImage(String field, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("%s must be a path in the image, such as /mayfly/%s.py; got %s".formatted(field, field, path));
        }
        return path;
    }

    private static LanguageRuntime runtime(RuntimeYaml yaml, String version, String hello) {
        var noLimits = new LimitsSection(null, null, null);
        LimitsSection limits = yaml.limits() == null ? noLimits : yaml.limits();
        return new LanguageRuntime(
                yaml.name(),
                version,
                yaml.aliases() == null ? List.of() : yaml.aliases(),
                (yaml.image() != null ? yaml.image() : "mayfly/%s:{version}".formatted(yaml.name())).replace("{version}", version),
                yaml.extensions() == null ? List.of() : yaml.extensions(),
                yaml.entrypoint(),
                yaml.command(),
                yaml.warm() == null ? List.of() : yaml.warm().whole(),
                yaml.warm() != null && yaml.warm().snapshot(),
                yaml.warm() == null || yaml.warm().coldEnvironment() == null ? List.of() : yaml.warm().coldEnvironment(),
                yaml.environment() == null ? Map.of() : yaml.environment(),
                limits(LimitAxis::min, limits.minimum()),
                limits(LimitAxis::usual, limits.defaults()),
                limits(LimitAxis::usualCeiling, limits.ceiling()),
                yaml.ociRuntime() == null ? "" : yaml.ociRuntime(),
                new LanguageRuntime.Hello(hello, yaml.hello().stdout().replace("{version}", version)),
                Optional.ofNullable(yaml.compile()).map(Compile::step),
                Optional.ofNullable(yaml.check()).map(CompileStep::checking),
                Boolean.TRUE.equals(yaml.optional()),
                Optional.ofNullable(yaml.tenant()),
                Optional.ofNullable(yaml.cells()).map(path -> inImage("cells", path)),
                Optional.ofNullable(yaml.display()).map(path -> inImage("display", path)));
    }

    private static Map<LimitAxis, Long> amounts(@Nullable Map<String, BigDecimal> given) {
        var amounts = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        if (given != null) {
            given.forEach((name, value) -> {
                LimitAxis axis = LimitAxis.byWireName(name)
                        .orElseThrow(() -> new IllegalArgumentException("limit " + name + " is unknown"));
                amounts.put(axis, axis.fromWire(value));
            });
        }
        return amounts;
    }

    private static Limits limits(ToLongFunction<LimitAxis> base, @Nullable Map<String, BigDecimal> given) {
        var amounts = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        for (LimitAxis axis : LimitAxis.values()) {
            amounts.put(axis, base.applyAsLong(axis));
        }
        amounts.putAll(amounts(given));
        return new Limits(amounts);
    }
}
