package dev.mayfly.cli;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.Limits;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `mayfly runtimes`
@Command(name = "runtimes", description = "List the languages on offer.", mixinStandardHelpOptions = true)
final class RuntimesCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        RuntimeCatalog catalog = Home.find().catalog();
        System.out.printf("%-14s %-18s %-12s %8s %8s %6s  %s%n", "RUNTIME", "FILES", "ENTRYPOINT", "MEMORY", "TIME", "PIDS", "ALIASES");
        for (LanguageRuntime runtime : catalog.all()) {
            Limits limits = runtime.defaults();
            System.out.printf(
                    "%-14s %-18s %-12s %5d MiB %6d s %6d  %s%n",
                    runtime.id(),
                    String.join(" ", runtime.extensions()),
                    runtime.entrypoint(),
                    limits.memoryBytes() >> 20,
                    limits.wallTime().toSeconds(),
                    limits.pids(),
                    String.join(" ", catalog.aliases(runtime)));
        }
        return 0;
    }
}
