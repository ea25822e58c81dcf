package dev.mayfly.http;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.session.Cell;
import dev.mayfly.session.Command;
import dev.mayfly.session.Session;
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.SessionEventEncoder;

/// What a cell or a command of a session reports, as events.
public final class RunSource implements EventSource {
    /// Sends events until the last one.
    private interface Following {
        void follow(EventEncoder.Receiver receiver) throws InterruptedException;
    }

    private final String id;
    private final Following following;
    private final Runnable left;
    private final Runnable over;
    private final Sending sending = new Sending();

    private RunSource(String id, Following following, Runnable left, Runnable over) {
        this.id = id;
        this.following = following;
        this.left = left;
        this.over = over;
    }

    /// Runs the cell, and ends it when its caller leaves.
    public static RunSource of(Session session, Cell cell) {
        return new RunSource(session.id(), receiver -> {
            Thread.ofVirtual().name("cell-" + session.id()).start(() -> run(session, cell));
            new SessionEventEncoder(0, receiver).follow(cell);
        }, cell::cancel, cell::close);
    }

    private static void run(Session session, Cell cell) {
        try {
            session.run(cell);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A command that ends when its caller leaves, and is forgotten then.
    public static RunSource of(Session session, Command command) {
        return new RunSource(session.id(), receiver -> new SessionEventEncoder(0, receiver).follow(command), () -> command.cancel(Outcome.By.DISCONNECT), () -> session.forget(command));
    }

    /// A command that goes on without its readers.
    static RunSource ofBackground(Session session, Command command, long after) {
        return new RunSource(session.id(), receiver -> new SessionEventEncoder(after, receiver).follow(command), () -> {}, () -> {});
    }

    /// The same from the beginning; it is forgotten when it has ended and nobody reads it any more.
    public static RunSource ofDetached(Session session, Command command) {
        command.enterReader();
        return new RunSource(session.id(), receiver -> new SessionEventEncoder(0, receiver).follow(command), () -> {}, () -> {
            if (command.leaveReader()) {
                Thread.ofVirtual().name("forget").start(() -> forget(session, command));
            }
        });
    }

    private static void forget(Session session, Command command) {
        try {
            command.awaitEnd();
            if (!command.hasReaders()) {
                session.forget(command);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void sendTo(EventEncoder.Receiver receiver) throws InterruptedException {
        sending.begin();
        try {
            following.follow(receiver);
        } finally {
            sending.end();
        }
    }

    @Override
    public void cancel() {
        left.run();
        sending.cancel();
    }

    @Override
    public void close() {
        over.run();
    }
}
