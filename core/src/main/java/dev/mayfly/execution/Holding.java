package dev.mayfly.execution;

import dev.mayfly.pool.Lease;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.HeldSandbox;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.SandboxException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// A sandbox that was leased to be held, and its place in its tenant's quota. `close` destroys it.
public final class Holding {
    private final LanguageRuntime runtime;
    private final boolean waits;
    private volatile PreparedProgram program;
    private final Admission.Place place;
    private final Lease lease;
    private final AtomicBoolean closed = new AtomicBoolean();

    Holding(Preparation preparation, Admission.Place place, Lease lease) {
        runtime = preparation.runtime();
        waits = preparation.coldReason().isEmpty();
        program = preparation.program();
        this.place = place;
        this.lease = lease;
    }

    public LanguageRuntime runtime() {
        return runtime;
    }

    /// Its variables and limits, its files until it has begun, afterwards the driver alone; the command of the interpreter
    /// with its driver, where none waits for it.
    public PreparedProgram program() {
        return program;
    }

    public String sandboxId() {
        return lease.sandbox().id();
    }

    public boolean isWarm() {
        return lease.warm() && waits;
    }

    /// Once.
    public HeldSandbox begin(HeldSandbox.Terms terms) throws SandboxException {
        HeldSandbox held = lease.sandbox().hold(program, terms);
        program = program.withFiles(program.files().stream().filter(file -> file.path().equals(program.entrypoint())).toList());
        return held;
    }

    /// Returns immediately; the sandbox is destroyed behind it. Idempotent.
    ///
    /// @param cpu what was used in it
    public void close(Duration cpu) {
        if (closed.compareAndSet(false, true)) {
            place.leave(cpu);
            lease.close();
        }
    }
}
