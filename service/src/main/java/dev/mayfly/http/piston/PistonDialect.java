package dev.mayfly.http.piston;

import dev.mayfly.http.Dialect;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// What is Piston's on all of its paths: errors are `{message}`, which clients read without a look at the status, and
/// some of them send JSON as text/plain. Everything has a second address below `/api/v2/piston`, where the public
/// instance has it.
@Singleton
public class PistonDialect implements Dialect {
    static final String PATH = "/api/v2";
    static final String OTHER_PATH = PATH + "/piston";
    private static final int FIRST_OF_ALL = 28_000;
    private static final int BAD_REQUEST = 400;
    private static final int UNPROCESSABLE = 422;

    void register(@Observes Filters filters) {
        filters.register(PistonDialect::leadToTheFirstAddress, FIRST_OF_ALL);
    }

    private static void leadToTheFirstAddress(RoutingContext exchange) {
        String path = exchange.normalizedPath();
        if (path.startsWith(OTHER_PATH + "/")) {
            String query = exchange.request().query() == null ? "" : "?" + exchange.request().query();
            exchange.reroute(exchange.request().method(), PATH + path.substring(OTHER_PATH.length()) + query);
        } else {
            exchange.next();
        }
    }

    @Override
    public boolean isSpokenAt(String path) {
        return path.startsWith(PATH + "/");
    }

    @Override
    public int status(int ours) {
        return ours == UNPROCESSABLE ? BAD_REQUEST : ours;
    }

    @Override
    public String error(Problem problem) {
        return JsonObject.of("message", problem.detail()).encode();
    }

    @Override
    public boolean takesPlainText() {
        return true;
    }
}
