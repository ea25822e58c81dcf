package dev.mayfly.webhook;

import dev.mayfly.execution.TraceContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes one attempt: connects to the address that was checked, under the name of the URL, follows no redirect and
/// reads no answer but its status. Thread-safe.
final class Postman implements AutoCloseable {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int GONE = 410;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private final HttpClient client;
    private final Lookups lookups;
    private final Duration timeout;

    /// @param atOnce attempts at the same time, also to one receiver
    Postman(Vertx vertx, Lookups lookups, Duration timeout, int atOnce) {
        client = vertx.createHttpClient(new HttpClientOptions().setTracingPolicy(TracingPolicy.IGNORE).setKeepAlive(false).setVerifyHost(true).setConnectTimeout((int) timeout.toMillis()),
                new PoolOptions().setHttp1MaxSize(atOnce));
        this.lookups = lookups;
        this.timeout = timeout;
    }

    /// @param retryAfter when the receiver wants to be asked again
    record Answer(Delivery.Attempt attempt, Optional<Duration> retryAfter) {
        static Answer without(Instant at, String reason) {
            return new Answer(new Delivery.Attempt(at, Optional.empty(), Optional.of(reason)), Optional.empty());
        }

        /// The receiver wants no more of it, ever.
        boolean isLast() {
            return attempt.delivered() || attempt.status().filter(status -> status == GONE).isPresent();
        }
    }

    /// One deadline for all of it, from the look-up of the name to the answer.
    Answer deliver(WebhookStore.Due due, List<String> secrets) throws InterruptedException {
        URI url = URI.create(due.url());
        Instant now = Instant.now();
        long until = System.nanoTime() + timeout.toNanos();
        try {
            InetAddress address = lookups.resolve(due.tenant(), url.getHost(), timeout);
            Response response = post(request(url, address), due, now, secrets, until);
            boolean delivered = response.status() >= 200 && response.status() < 300;
            var attempt = new Delivery.Attempt(now, Optional.of(response.status()), delivered ? Optional.empty() : Optional.of("not 2xx"));
            return new Answer(attempt, retryAfter(response.retryAfter(), now));
        } catch (IOException | IllegalArgumentException e) {
            return Answer.without(now, String.valueOf(e.getMessage()));
        }
    }

    /// Seconds, or a time (RFC 9110, 10.2.3); what is neither counts for nothing.
    static Optional<Duration> retryAfter(@Nullable String header, Instant now) {
        if (header == null) {
            return Optional.empty();
        }
        if (SECONDS.matcher(header.strip()).matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(header.strip())));
        }
        try {
            Duration pause = Duration.between(now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip(), Instant::from));
            return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private RequestOptions request(URI url, InetAddress address) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : tls ? HTTPS : HTTP;
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
                .setConnectTimeout(timeout.toMillis())
                .setIdleTimeout(timeout.toMillis())
                .setFollowRedirects(false);
    }

    /// What is read of an answer.
    private record Response(int status, @Nullable String retryAfter) {}

    private Response post(RequestOptions options, WebhookStore.Due due, Instant at, List<String> secrets, long until) throws IOException, InterruptedException {
        options.putHeader("Content-Type", "application/json")
                .putHeader("User-Agent", "mayfly")
                .putHeader("webhook-id", due.id())
                .putHeader("webhook-timestamp", String.valueOf(at.getEpochSecond()))
                .putHeader("webhook-signature", Signature.of(secrets, due.id(), at, due.body()));
        due.trace().ifPresent(trace -> headers(trace, options));
        var answered = client.request(options).compose(request -> response(request, due.body())).toCompletionStage().toCompletableFuture();
        try {
            return answered.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answered.cancel(true);
            throw new IOException("no answer in %d s".formatted(timeout.toSeconds()), e);
        } catch (ExecutionException e) {
            throw new IOException(reason(e), e);
        }
    }

    private static void headers(TraceContext trace, RequestOptions options) {
        options.putHeader(TraceContext.PARENT, trace.parent());
        if (!trace.state().isEmpty()) {
            options.putHeader(TraceContext.STATE, trace.state());
        }
    }

    /// Where it was sent stands at the top, and why a certificate, say, was not trusted at the bottom.
    private static String reason(ExecutionException failure) {
        String top = String.valueOf(failure.getCause());
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return top.contains(String.valueOf(root.getMessage())) ? top : top + "; " + root.getMessage();
    }

    private static Future<Response> response(HttpClientRequest request, byte[] body) {
        return request.send(Buffer.buffer(body)).map(response -> {
            request.connection().close(); // however much more it would send
            return new Response(response.statusCode(), response.getHeader("Retry-After"));
        });
    }

    @Override
    public void close() {
        client.close();
    }
}
