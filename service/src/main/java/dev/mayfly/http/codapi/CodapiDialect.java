package dev.mayfly.http.codapi;

import dev.mayfly.http.Dialect;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;

/// What does not get as far as a program is written as its result would be; the widget shows a sentence of its own for
/// each status.
@Singleton
public class CodapiDialect implements Dialect {
    private static final int UNPROCESSABLE = 422;
    private static final int NOT_FOUND = 404;

    @Override
    public boolean isSpokenAt(String path) {
        return path.equals(CodapiResource.PATH) || path.equals(CodapiResource.PATH + "/");
    }

    /// An unknown sandbox is 404, as the widget has it.
    @Override
    public int status(int ours) {
        return ours == UNPROCESSABLE ? NOT_FOUND : ours;
    }

    @Override
    public String error(Problem problem) {
        return JsonObject.of("id", "", "ok", false, "duration", 0, "stdout", "", "stderr", problem.detail()).encode();
    }
}
