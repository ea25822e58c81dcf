package dev.mayfly.cli;

import dev.mayfly.access.AccessFile;
import dev.mayfly.execution.Quota;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `mayfly tenants`
@Command(
        name = "tenants",
        description = "List the tenants' quotas. All others have those of mayfly.quota.*.",
        mixinStandardHelpOptions = true)
final class TenantsCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.printf("%-20s %12s %12s %14s%n", "TENANT", "PER SECOND", "AT ONCE", "CPU A DAY");
        file().content().tenants().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(tenant -> {
            Quota quota = tenant.getValue();
            System.out.printf("%-20s %12s %12s %14s%n", tenant.getKey(), text(quota.ratePerSecond()), text(quota.concurrency()),
                    text(quota.cpuPerDay().map(cpu -> cpu.toSeconds() + " s")));
        });
        return 0;
    }

    @Command(name = "set", description = "Set a tenant's quota. What is not given is as set in mayfly.quota.*.", mixinStandardHelpOptions = true)
    int set(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(names = "--rate", paramLabel = "N", description = "Executions a second; that many may also come at the same time") @Nullable Double rate,
            @Option(names = "--concurrency", paramLabel = "N", description = "Executions queued or running at the same time") @Nullable Integer concurrency,
            @Option(names = "--cpu-per-day", paramLabel = "DURATION", converter = DurationConverter.class,
                    description = "CPU time from midnight to midnight UTC, such as 2h or 90m")
                    @Nullable Duration cpu)
            throws IOException {
        try {
            file().allow(tenant, new Quota(Optional.ofNullable(rate), Optional.ofNullable(concurrency), Optional.ofNullable(cpu)));
            return 0;
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.WRONG_USE, String.valueOf(e.getMessage()));
        }
    }

    private static AccessFile file() {
        return Home.find().accessFile();
    }

    private static String text(Optional<?> bound) {
        return bound.map(Object::toString).orElse("-");
    }
}
