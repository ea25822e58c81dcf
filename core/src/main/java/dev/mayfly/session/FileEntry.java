package dev.mayfly.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A file or folder in a session's sandbox.
///
/// @param type `file`, `folder`, `link` or `other`
/// @param mode its permissions, as `chmod` numbers them
/// @param linksTo of a link
public record FileEntry(String path, String type, long size, int mode, int user, Instant modified, Optional<String> linksTo) {
    private static final int WORDS = 8;
    private static final int OCTAL = 8;

    /// As `held_files.c` writes them.
    static List<FileEntry> parse(String text) {
        String[] words = text.split("\0", -1);
        List<FileEntry> entries = new ArrayList<>();
        for (int at = 0; at + WORDS < words.length; at += WORDS) {
            long seconds = Math.clamp(Long.parseLong(words[at + 3]), Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()); // a program may set any
            Instant modified = Instant.ofEpochSecond(seconds).plusNanos(seconds == Instant.MAX.getEpochSecond() ? 0 : Long.parseLong(words[at + 4]));
            Optional<String> target = Optional.of(words[at + 7]).filter(link -> !link.isEmpty());
            entries.add(new FileEntry(words[at + 6], words[at], Long.parseLong(words[at + 2]), Integer.parseInt(words[at + 1], OCTAL), Integer.parseInt(words[at + 5]), modified, target));
        }
        return entries;
    }
}
