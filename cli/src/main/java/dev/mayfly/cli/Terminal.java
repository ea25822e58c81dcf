package dev.mayfly.cli;

import dev.mayfly.sandbox.WindowSize;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/// The terminal that this command was started at. While it is raw, each key is the program's, and the program's own
/// terminal does what this one would do. By `stty`, which every host has: the JDK cannot, and calling the C library by
/// hand takes longer to set up than a process does.
final class Terminal implements AutoCloseable {
    private static final File TTY = new File("/dev/tty");
    private static final int PATIENCE_SECONDS = 5;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9+._-]{1,64}");
    private static volatile @Nullable Terminal raw;

    private final String mode;

    private Terminal(String mode) {
        this.mode = mode;
    }

    /// Empty when input or output is something else; the launcher finds that out.
    static Optional<Terminal> find() throws InterruptedException {
        return Boolean.getBoolean("mayfly.tty") ? stty("-g").map(Terminal::new) : Optional.empty();
    }

    /// 24 by 80 where it does not say.
    WindowSize size() throws InterruptedException {
        try {
            String[] size = stty("size").orElse("").split(" ", 2);
            return new WindowSize(Integer.parseInt(size[0]), Integer.parseInt(size[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return new WindowSize(24, 80);
        }
    }

    /// What programs call such a terminal; empty when it has no usable name.
    Optional<String> name() {
        return Optional.ofNullable(System.getenv("TERM")).filter(NAME.asMatchPredicate());
    }

    /// Undone when this is closed, and before this command ends in whatever other way it can hear of.
    void makeRaw() {
        raw = this;
        Runtime.getRuntime().addShutdownHook(new Thread(Terminal::restore));
        try {
            stty("raw", "-echo");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void onResize(Consumer<WindowSize> receiver) {
        Signal.handle(new Signal("WINCH"), signal -> {
            try {
                receiver.accept(size());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        restore();
    }

    /// Puts back the mode that the terminal had. Idempotent.
    static synchronized void restore() {
        Terminal changed = raw;
        raw = null;
        if (changed != null) {
            try {
                stty(changed.mode);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// What it says; empty when it cannot.
    private static Optional<String> stty(String... words) throws InterruptedException {
        String[] command = new String[words.length + 1];
        command[0] = "stty";
        System.arraycopy(words, 0, command, 1, words.length);
        try {
            Process process = new ProcessBuilder(command).redirectInput(TTY).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
