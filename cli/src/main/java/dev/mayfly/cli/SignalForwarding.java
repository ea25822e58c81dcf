package dev.mayfly.cli;

import sun.misc.Signal;

/// The program hears Ctrl-C and SIGTERM first; a third one ends this command.
/// `sun.misc.Signal` it is: the JDK has no public way to hear a signal without ending.
final class SignalForwarding {
    private static final int PATIENCE = 2;
    private static final int INTERRUPTED = 130;

    private SignalForwarding() {}

    static void to(Runner runner) {
        int[] heard = new int[1];
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(name), signal -> {
                if (++heard[0] > PATIENCE) {
                    Terminal.restore();
                    Runtime.getRuntime().halt(INTERRUPTED);
                }
                runner.signal(signal.getNumber());
            });
        }
    }
}
