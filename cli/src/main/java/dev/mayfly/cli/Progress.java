package dev.mayfly.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/// One line on stderr that shows how far it is: redrawn on a terminal, else printed again now and then. Not
/// thread-safe.
final class Progress {
    private static final int WIDTH = 30;
    private static final Duration ON_TERMINAL = Duration.ofMillis(200);
    private static final Duration ELSEWHERE = Duration.ofSeconds(10);

    private final PrintStream out;
    private final String what;
    private final boolean redraws;
    private final long startedAt = System.nanoTime();
    private long reportedAt = startedAt;
    private boolean drawn;

    Progress(PrintStream out, String what) {
        this.out = out;
        this.what = what;
        this.redraws = Boolean.getBoolean("mayfly.terminal"); // the launcher asks; Java knows only about stdout
    }

    /// @param total less than `done` when it is not known
    void report(long done, long total) {
        long now = System.nanoTime();
        if (now - reportedAt < (redraws ? ON_TERMINAL : ELSEWHERE).toNanos()) {
            return;
        }
        reportedAt = now;
        print(line(done, total, now - startedAt));
    }

    void end(long done) {
        print(line(done, -1, System.nanoTime() - startedAt));
        if (redraws) {
            out.println();
        }
    }

    /// Makes room for other output.
    void clear() {
        if (redraws && drawn) {
            out.print("\r\033[K");
            drawn = false;
        }
    }

    private void print(String line) {
        if (redraws) {
            out.print("\r\033[K" + line);
            out.flush();
            drawn = true;
        } else {
            out.println(line);
        }
    }

    String line(long done, long total, long elapsedNanos) {
        double perSecond = done * 1e9 / Math.max(1, elapsedNanos);
        if (total < done) {
            return String.format(Locale.ROOT, "%,d %s, %,.1f/s", done, what, perSecond);
        }
        int filled = total == 0 ? WIDTH : (int) (WIDTH * done / total);
        String left = perSecond == 0 ? "?" : eta(Math.round((total - done) / perSecond));
        return String.format(Locale.ROOT, "[%s%s] %,d of %,d %s, %,.1f/s, ETA %s",
                "#".repeat(filled), " ".repeat(WIDTH - filled), done, total, what, perSecond, left);
    }

    private static String eta(long seconds) {
        return seconds < 3600
                ? "%d:%02d".formatted(seconds / 60, seconds % 60)
                : "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
