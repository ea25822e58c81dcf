package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.FileChange;
import dev.mayfly.session.FileWatch;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.session.SessionFileException;
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.SessionViews.FileChangeView;
import java.time.Duration;
import java.util.Map;

/// What changes in a folder of a session, as events. The session is not idle meanwhile.
public final class WatchSource implements EventSource {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Session session;
    private final String folder;
    private final Session.Use use;
    private final FileWatch watch;
    private final Sending sending = new Sending();

    private WatchSource(Session session, String folder, Session.Use use, FileWatch watch) {
        this.session = session;
        this.folder = folder;
        this.use = use;
        this.watch = watch;
    }

    public static WatchSource of(Session session, String folder, boolean below)
            throws RejectedException, SessionEndedException, SessionFileException, SandboxException, InterruptedException {
        Session.Use use = session.use();
        boolean begun = false;
        try {
            var source = new WatchSource(session, folder, use, session.files().watch(folder, below));
            begun = true;
            return source;
        } finally {
            if (!begun) {
                use.close();
            }
        }
    }

    @Override
    public String id() {
        return session.id();
    }

    @Override
    public void sendTo(EventEncoder.Receiver receiver) throws InterruptedException {
        sending.begin();
        try {
            receiver.event("watching", WITHOUT_ID, Map.of("path", folder));
            FileWatch.Part part;
            do {
                part = watch.next(PAUSE);
                for (FileChange change : part.changes()) {
                    receiver.event("changed", WITHOUT_ID, FileChangeView.of(change));
                }
            } while (part.end().isEmpty());
            receiver.event("ended", WITHOUT_ID, Map.of());
        } finally {
            sending.end();
        }
    }

    @Override
    public void cancel() {
        sending.cancel();
    }

    @Override
    public void close() {
        watch.close();
        use.close();
    }
}
