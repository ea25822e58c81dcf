package dev.mayfly.testing;

import dev.mayfly.sandbox.SandboxContract;

/// The contract's programs in Python.
public final class PythonPrograms implements SandboxContract.Programs {
    @Override
    public String print(String text) {
        return "print('%s', end='')".formatted(text);
    }

    @Override
    public String printError(String text) {
        return "import sys; sys.stderr.write('%s')".formatted(text);
    }

    @Override
    public String exit(int code) {
        return "raise SystemExit(%d)".formatted(code);
    }

    @Override
    public String sleepLong() {
        return "import time; time.sleep(60)";
    }

    @Override
    public String flood(int bytes) {
        return "import os; os.write(1, b'x' * %d)".formatted(bytes);
    }

    @Override
    public String copyInput() {
        return "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())";
    }
}
