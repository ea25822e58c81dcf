package dev.mayfly.oci;

import dev.mayfly.sandbox.SandboxException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// Gives each living sandbox a range of host users that no other one has, the longest unused first. Thread-safe.
final class HostUsers {
    /// The sandbox has the host's own users.
    static final long SHARED = 0;

    private static final System.Logger LOG = System.getLogger(HostUsers.class.getName());
    private static final Pattern NUMBERS = Pattern.compile("(\\d+ )+");
    private static final String UNSUPPORTED = "user namespaces";

    /// Asks the keeper for a block of ranges that no other keeper of the host has.
    interface Source {
        String takeBlock(UserRange range) throws IOException, InterruptedException;
    }

    private final UserRange range;
    private final Source source;
    private final ReentrantLock asking = new ReentrantLock();
    private final Deque<Long> free = new ArrayDeque<>();
    private final Map<String, Long> lent = new HashMap<>();
    private boolean shared;

    HostUsers(UserRange range, Source source) {
        this.range = range;
        this.source = source;
        shared = range.first() == SHARED;
    }

    /// Returns the host's user that is root in the sandbox; `SHARED` where the kernel has no user namespaces for us,
    /// or none are wanted.
    long lend(String sandbox) throws IOException, SandboxException, InterruptedException {
        asking.lockInterruptibly();
        try {
            if (!isShared() && !hasFree()) {
                addBlock();
            }
            return isShared() ? SHARED : take(sandbox);
        } finally {
            asking.unlock();
        }
    }

    /// What the keeper gives is taken though nobody waits for it any more: it would be nobody's.
    private void addBlock() throws IOException, SandboxException, InterruptedException {
        var block = new FutureTask<>(() -> {
            add(source.takeBlock(range));
            return true;
        });
        Thread.ofVirtual().name("host-users").start(block);
        try {
            block.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof SandboxException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /// When the sandbox is gone.
    synchronized void giveBack(String sandbox) {
        Long first = lent.remove(sandbox);
        if (first != null) {
            free.add(first);
        }
    }

    private synchronized boolean isShared() {
        return shared;
    }

    private synchronized boolean hasFree() {
        return !free.isEmpty();
    }

    private synchronized long take(String sandbox) {
        long first = free.remove();
        lent.put(sandbox, first);
        return first;
    }

    private synchronized void add(String answer) throws SandboxException {
        if (NUMBERS.matcher(answer).matches()) {
            for (String first : answer.strip().split(" ", -1)) {
                free.add(Long.valueOf(first));
            }
        } else if (answer.startsWith(UNSUPPORTED) && lent.isEmpty()) {
            shared = true;
            LOG.log(Level.WARNING, "Sandboxes share the host''s user 1000, because it has no user namespaces for them: {0}", answer);
        } else {
            throw new SandboxException("no host users are left for a sandbox: " + answer, false);
        }
    }
}
