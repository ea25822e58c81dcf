package dev.mayfly.session;

import java.util.Locale;
import java.util.Optional;

/// Something that happened in a folder that is watched.
///
/// @param path below the folder, as that was named
public record FileChange(Kind kind, String path) {
    public enum Kind {
        /// A file or folder has come to be, or was moved here.
        CREATED,
        WRITTEN,
        /// Its permissions, its times or its owner.
        ATTRIBUTES,
        REMOVED,
        /// It has another name or place now, which is reported as created if it is watched.
        MOVED,
        /// There were more changes than could be reported: look at the folder. `path` is empty.
        LOST;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Kind> named(String word) {
            for (Kind kind : values()) {
                if (kind.wireName().equals(word)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }
}
