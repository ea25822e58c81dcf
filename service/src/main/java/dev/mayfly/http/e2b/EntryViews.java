package dev.mayfly.http.e2b;

import dev.mayfly.session.FileEntry;
import io.vertx.core.json.JsonObject;

/// A file or folder as `filesystem.proto` has it.
final class EntryViews {
    private static final String LETTERS = "rwxrwxrwx";
    private static final String USER = "user";
    private static final int USER_ID = 1000;

    private EntryViews() {}

    static JsonObject of(FileEntry entry) {
        String owner = entry.user() == USER_ID ? USER : entry.user() == 0 ? "root" : String.valueOf(entry.user());
        JsonObject view = JsonObject.of("name", entry.path().substring(entry.path().lastIndexOf('/') + 1), "type", type(entry), "path", entry.path(), "size", String.valueOf(entry.size()),
                "mode", entry.mode(), "permissions", permissions(entry), "owner", owner, "group", owner);
        view.put("modifiedTime", entry.modified().toString());
        entry.linksTo().ifPresent(target -> view.put("symlinkTarget", target));
        return view;
    }

    private static String type(FileEntry entry) {
        return switch (entry.type()) {
            case "file" -> "FILE_TYPE_FILE";
            case "folder" -> "FILE_TYPE_DIRECTORY";
            case "link" -> "FILE_TYPE_SYMLINK";
            default -> "FILE_TYPE_UNSPECIFIED";
        };
    }

    /// As `ls -l` has them.
    private static String permissions(FileEntry entry) {
        var letters = new StringBuilder(entry.type().equals("folder") ? "d" : entry.type().equals("link") ? "L" : "-");
        for (int at = 0; at < LETTERS.length(); at++) {
            letters.append((entry.mode() >> (LETTERS.length() - 1 - at) & 1) == 1 ? LETTERS.charAt(at) : '-');
        }
        return letters.toString();
    }
}
