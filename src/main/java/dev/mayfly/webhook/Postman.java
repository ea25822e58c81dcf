package dev.mayfly.webhook;

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
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Makes one attempt: connects to the address that was checked, under the name of the URL, follows no redirect and reads no answer but its status. Thread-safe.
final class Postman implements AutoCloseable {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final HttpClient client;
    private final Addresses addresses;
    private final Duration timeout;

    /// @param atOnce attempts at once, also to one receiver
    Postman(Vertx vertx, Addresses addresses, Duration timeout, int atOnce) {
        client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false).setVerifyHost(true).setConnectTimeout((int) timeout.toMillis()),
                new PoolOptions().setHttp1MaxSize(atOnce));
        this.addresses = addresses;
        this.timeout = timeout;
    }

    Delivery.Attempt deliver(String id, URI url, byte[] body, List<String> secrets) throws InterruptedException {
        Instant now = Instant.now();
        try {
            int status = post(request(url), id, now, body, secrets);
            boolean delivered = status >= 200 && status < 300;
            return new Delivery.Attempt(now, Optional.of(status), delivered ? Optional.empty() : Optional.of("not 2xx"));
        } catch (IOException | IllegalArgumentException e) {
            return new Delivery.Attempt(now, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private RequestOptions request(URI url) throws IOException {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : tls ? HTTPS : HTTP;
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(port, addresses.resolve(url.getHost()).getHostAddress()))
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
                .setConnectTimeout(timeout.toMillis())
                .setIdleTimeout(timeout.toMillis())
                .setFollowRedirects(false);
    }

    private int post(RequestOptions options, String id, Instant at, byte[] body, List<String> secrets) throws IOException, InterruptedException {
        options.putHeader("Content-Type", "application/json")
                .putHeader("User-Agent", "mayfly")
                .putHeader("webhook-id", id)
                .putHeader("webhook-timestamp", String.valueOf(at.getEpochSecond()))
                .putHeader("webhook-signature", Signature.of(secrets, id, at, body));
        var answered = client.request(options).compose(request -> status(request, body)).toCompletionStage().toCompletableFuture();
        try {
            return answered.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answered.cancel(true);
            throw new IOException("no answer in %d s".formatted(timeout.toSeconds()), e);
        } catch (ExecutionException e) {
            throw new IOException(reason(e), e);
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

    private Future<Integer> status(HttpClientRequest request, byte[] body) {
        return request.send(Buffer.buffer(body)).map(response -> {
            request.connection().close(); // however much more it would tell
            return response.statusCode();
        });
    }

    @Override
    public void close() {
        client.close();
    }
}
