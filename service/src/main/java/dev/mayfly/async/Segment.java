package dev.mayfly.async;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/// Some events as they stand in the store: one a line, `ID NAME JSON`.
final class Segment {
    private Segment() {}

    static byte[] of(List<EventLine> events) {
        var lines = new StringBuilder();
        for (EventLine event : events) {
            lines.append(event.id()).append(' ').append(event.name()).append(' ').append(event.data()).append('\n');
        }
        return lines.toString().getBytes(UTF_8);
    }

    static List<EventLine> events(byte[] body) {
        return new String(body, UTF_8).lines().map(Segment::event).toList();
    }

    private static EventLine event(String line) {
        int name = line.indexOf(' ') + 1;
        int data = line.indexOf(' ', name) + 1;
        return new EventLine(Long.parseLong(line, 0, name - 1, 10), line.substring(name, data - 1), line.substring(data));
    }
}
