package dev.mayfly.cli;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `mayfly runtimes` and its word.
@Command(
        name = "runtimes",
        description = "List the languages, and what was built from them. Optional ones are on offer where mayfly runtimes add has built their image.",
        mixinStandardHelpOptions = true,
        subcommands = RuntimeBuildCommand.class)
final class RuntimesCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Home home = Home.find();
        RuntimeCatalog catalog = home.catalog();
        System.out.printf("%-18s %-18s %-12s %8s %8s %6s  %-9s %s%n", "RUNTIME", "FILES", "ENTRYPOINT", "MEMORY", "TIME", "PIDS", "KIND", "ALIASES");
        for (LanguageRuntime runtime : catalog.all()) {
            Limits limits = runtime.defaults();
            System.out.printf(
                    "%-18s %-18s %-12s %5d MiB %6d s %6d  %-9s %s%n",
                    runtime.id(),
                    String.join(" ", runtime.extensions()),
                    runtime.entrypoint(),
                    limits.memoryBytes() >> 20,
                    limits.wallTime().toSeconds(),
                    limits.pids(),
                    kind(home, catalog, runtime),
                    String.join(" ", catalog.aliases(runtime)));
        }
        return 0;
    }

    private static String kind(Home home, RuntimeCatalog catalog, LanguageRuntime runtime) {
        if (!home.builtRuntimes().history(runtime.name()).isEmpty()) {
            return runtime.tenant().map(tenant -> "built for " + tenant).orElse("built");
        }
        return catalog.isRequired(runtime) ? "" : "optional";
    }

    @Command(name = "rollback", description = "Let the earlier build of this name serve again. A running service uses it within a few seconds, once its hello has passed.", mixinStandardHelpOptions = true)
    int rollback(@Parameters(paramLabel = "NAME", description = "A runtime that was built") String name) throws IOException {
        Home home = Home.find();
        if (home.builtRuntimes().history(name).isEmpty()) {
            throw notBuilt(name);
        }
        if (home.builtRuntimes().rollBack(name).isEmpty()) {
            throw new CliException(CliException.WRONG_USE, name + " has no earlier build");
        }
        home.catalog().find(name).ifPresent(runtime -> System.out.printf("%s %s: a running service uses it within a few seconds%n", runtime.id(), runtime.image()));
        return 0;
    }

    @Command(name = "rm", description = "Take a runtime that was built out of use, with all its builds.", mixinStandardHelpOptions = true)
    int remove(@Parameters(paramLabel = "NAME", description = "A runtime that was built") String name) throws IOException {
        if (!Home.find().builtRuntimes().remove(name)) {
            throw notBuilt(name);
        }
        return 0;
    }

    private static CliException notBuilt(String name) {
        return new CliException(CliException.WRONG_USE, "no runtime of this name was built here: " + name);
    }

    @Command(name = "add", description = "Build images of optional languages, or of other versions. A running service offers them within a few seconds. Needs root.", mixinStandardHelpOptions = true)
    int add(@Parameters(paramLabel = "NAME", arity = "1..*", description = "As c, python-data or node:22") List<String> names) throws IOException, InterruptedException {
        Home home = Home.find();
        RuntimeCatalog catalog = home.catalog();
        for (String name : names) {
            if (catalog.find(name).isEmpty()) {
                throw new CliException(CliException.WRONG_USE, "unknown runtime %s; mayfly runtimes lists them".formatted(name));
            }
        }
        Path build = home.runtimes().resolve("build");
        if (!Files.isExecutable(build)) {
            throw new CliException(CliException.OUR_FAULT, "images are built from Mayfly's sources, but this is an installed package; mayfly images pull brings one from a registry");
        }
        List<String> command = new ArrayList<>(List.of(build.toString()));
        names.forEach(name -> command.add(catalog.find(name).orElseThrow().id()));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
