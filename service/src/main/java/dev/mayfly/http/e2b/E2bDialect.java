package dev.mayfly.http.e2b;

import dev.mayfly.http.Dialect;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;

/// Errors of the control API, of files and of the code interpreter: `{code, message}`.
@Singleton
public class E2bDialect implements Dialect {
    static final String PATH = "/e2b";
    static final int GONE = 502; // which clients take for a sandbox that is no more

    static boolean isBelow(String path) {
        return path.startsWith(PATH + "/");
    }

    @Override
    public boolean isSpokenAt(String path) {
        return isBelow(path) && !ConnectDialect.isCalledAt(path);
    }

    @Override
    public int status(int ours) {
        return theirs(ours);
    }

    static int theirs(int ours) {
        return switch (ours) {
            case 410 -> GONE;
            case 422 -> 400;
            default -> ours;
        };
    }

    @Override
    public String error(Problem problem) {
        return JsonObject.of("code", theirs(problem.status()), "message", problem.detail()).encode();
    }

    @Override
    public boolean takes(String mediaType) {
        return mediaType.equals("multipart/form-data"); // with a header that no form has: it names the sandbox
    }
}
