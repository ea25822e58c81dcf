package dev.mayfly.http.e2b;

import dev.mayfly.http.EventBytes;
import dev.mayfly.session.FileChange;
import dev.mayfly.wire.SessionViews.FileChangeView;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/// What changes in a folder as `filesystem.proto` has it, with names relative to the folder.
record WatchFormat(String folder) implements EventBytes.Format {
    @Override
    public byte[] heartbeat() {
        return ConnectFrames.message(JsonObject.of("keepalive", new JsonObject()));
    }

    @Override
    public byte[] event(String name, Object data) {
        if (data instanceof FileChangeView change) {
            return changed(FileChange.Kind.valueOf(change.change().toUpperCase(Locale.ROOT)), change.path());
        }
        return name.equals("watching") ? ConnectFrames.message(JsonObject.of("start", new JsonObject())) : ConnectFrames.end();
    }

    private byte[] changed(FileChange.Kind kind, String path) {
        String type =
                switch (kind) {
                    case CREATED -> "CREATE";
                    case WRITTEN -> "WRITE";
                    case ATTRIBUTES -> "CHMOD";
                    case REMOVED -> "REMOVE";
                    case MOVED -> "RENAME";
                    case LOST -> "UNSPECIFIED";
                };
        String relative = path.startsWith(folder + "/") ? path.substring(folder.length() + 1) : path.replaceFirst("^/", "");
        return ConnectFrames.message(JsonObject.of("filesystem", JsonObject.of("name", relative, "type", "EVENT_TYPE_" + type)));
    }
}
