package dev.mayfly.execution;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.Usage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What the cases of one execution may use together: as much time as one program may ask for at most, 4 MiB of output and
/// the files of one program.
final class CaseBudget {
    /// Of all cases together: their output is kept until the last one has ended.
    static final long OUTPUT_BYTES = 4L << 20;

    private final Limits ceilings;
    private final Map<LimitAxis, Long> left = new EnumMap<>(LimitAxis.class);
    private int files;
    private long fileBytes;

    CaseBudget(Limits ceilings, PreparedProgram.CollectionBudget collection) {
        this.ceilings = ceilings;
        left.put(LimitAxis.WALL_TIME, ceilings.of(LimitAxis.WALL_TIME));
        left.put(LimitAxis.CPU_TIME, ceilings.of(LimitAxis.CPU_TIME));
        left.put(LimitAxis.OUTPUT, OUTPUT_BYTES);
        files = collection.files();
        fileBytes = collection.bytes();
    }

    /// How a case ends for which no time is left.
    Optional<Outcome> usedUp() {
        return usedUp(LimitAxis.WALL_TIME, Outcome.Clock.WALL_TIME).or(() -> usedUp(LimitAxis.CPU_TIME, Outcome.Clock.CPU_TIME));
    }

    private Optional<Outcome> usedUp(LimitAxis axis, Outcome.Clock clock) {
        Duration all = Duration.ofMillis(ceilings.of(axis));
        return left(axis) < axis.min() ? Optional.of(new Outcome.TimedOut(clock, all, all)) : Optional.empty();
    }

    private long left(LimitAxis axis) {
        return left.getOrDefault(axis, 0L);
    }

    /// The program within what is left.
    PreparedProgram bound(PreparedProgram program) {
        Map<LimitAxis, Long> bounds = new EnumMap<>(LimitAxis.class);
        left.forEach((axis, amount) -> bounds.put(axis, Math.min(amount, program.limits().of(axis))));
        return program.within(program.limits().with(bounds), new PreparedProgram.CollectionBudget(files, fileBytes));
    }

    void spend(SandboxRun run, Usage usage, long outputBytes) {
        spend(LimitAxis.WALL_TIME, usage.wall().toMillis());
        spend(LimitAxis.CPU_TIME, usage.cpuUser().plus(usage.cpuSystem()).toMillis());
        spend(LimitAxis.OUTPUT, outputBytes);
        files -= run.files().size();
        fileBytes -= run.files().stream().mapToLong(file -> file.content().length).sum();
    }

    private void spend(LimitAxis axis, long amount) {
        left.put(axis, Math.max(0, left(axis) - amount));
    }
}
