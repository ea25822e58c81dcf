package dev.mayfly.execution;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.SandboxRun;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What the cases of one execution may use together: as much time and output as one program may ask for at most, and the
/// files of one program.
final class CaseBudget {
    private final Limits ceilings;
    private final Map<LimitAxis, Long> left = new EnumMap<>(LimitAxis.class);
    private int files;
    private long fileBytes;

    CaseBudget(Limits ceilings, PreparedProgram.CollectionBudget collection) {
        this.ceilings = ceilings;
        for (LimitAxis axis : new LimitAxis[] {LimitAxis.WALL_TIME, LimitAxis.CPU_TIME, LimitAxis.OUTPUT}) {
            left.put(axis, ceilings.of(axis));
        }
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

    void spend(SandboxRun run, long outputBytes) {
        spend(LimitAxis.WALL_TIME, run.usage().wall().toMillis());
        spend(LimitAxis.CPU_TIME, run.usage().cpuUser().plus(run.usage().cpuSystem()).toMillis());
        spend(LimitAxis.OUTPUT, outputBytes);
        files -= run.files().size();
        fileBytes -= run.files().stream().mapToLong(file -> file.content().length).sum();
    }

    private void spend(LimitAxis axis, long amount) {
        left.put(axis, Math.max(0, left(axis) - amount));
    }
}
