package dev.mayfly.schedule;

import dev.mayfly.execution.RejectedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Timetables that were read lately: reading a cron expression costs more than its next time. Thread-safe.
final class TimetableCache {
    private static final int MOST = 1000;

    /// Reads one.
    interface Reader {
        CronTimetable read() throws RejectedException;
    }

    private final Map<String, CronTimetable> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CronTimetable> eldest) {
            return size() > MOST;
        }
    };

    CronTimetable get(String text, Reader reader) throws RejectedException {
        Optional<CronTimetable> known = find(text);
        if (known.isPresent()) {
            return known.get();
        }
        CronTimetable read = reader.read();
        add(text, read);
        return read;
    }

    private synchronized Optional<CronTimetable> find(String text) {
        return Optional.ofNullable(entries.get(text));
    }

    private synchronized void add(String text, CronTimetable timetable) {
        entries.put(text, timetable);
    }
}
