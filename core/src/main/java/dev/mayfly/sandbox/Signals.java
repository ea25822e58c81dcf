package dev.mayfly.sandbox;

import java.util.Arrays;

/// Names of Linux signals.
public final class Signals {
    private static final String PREFIX = "SIG";
    private static final String[] NAMES = {
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
        "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS"
    };

    public static final int INTERRUPT = 2;
    public static final int KILL = 9;
    public static final int TERMINATE = 15;

    /// The last one that is not a real-time signal.
    public static final int MAX = NAMES.length - 1;

    private Signals() {}

    /// 2 for `SIGINT` and for `INT`; -1 where there is no such name.
    public static int number(String name) {
        String whole = name.startsWith(PREFIX) ? name : PREFIX + name;
        return name.isEmpty() || whole.equals(PREFIX) ? -1 : Arrays.asList(NAMES).indexOf(whole);
    }

    /// `SIGSEGV` for 11; `SIG40` where there is no name.
    public static String name(int number) {
        return number < NAMES.length ? NAMES[number] : PREFIX + number;
    }
}
