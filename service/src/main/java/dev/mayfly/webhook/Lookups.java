package dev.mayfly.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Looks names up within a deadline. The system's resolver keeps none, and cannot be interrupted: a name that it still
/// looks up when nobody waits any more counts against the tenant whose name it is, and against no other. Thread-safe.
final class Lookups {
    private final Addresses addresses;
    private final int atOnceForEach;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    Lookups(Addresses addresses, int atOnceForEach) {
        this.addresses = addresses;
        this.atOnceForEach = atOnceForEach;
    }

    /// @throws IOException no address to connect to, or none in time
    InetAddress resolve(String tenant, String host, Duration patience) throws IOException, InterruptedException {
        if (!enter(tenant)) {
            throw new IOException("%s was not looked up: %d earlier names have not been answered".formatted(host, atOnceForEach));
        }
        var found = new CompletableFuture<InetAddress>();
        // a platform thread, for the resolver's native call holds the thread that carries a virtual one
        Thread.ofPlatform().name("webhook-lookup").daemon().start(() -> {
            try {
                found.complete(addresses.resolve(host));
            } catch (IOException | RuntimeException e) {
                found.completeExceptionally(e);
            } finally {
                leave(tenant);
            }
        });
        try {
            return found.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("%s was not resolved in time".formatted(host), e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? "no address of " + host : e.getCause().getMessage(), e);
        }
    }

    private boolean enter(String tenant) {
        boolean entered = underWay.merge(tenant, 1, Integer::sum) <= atOnceForEach;
        if (!entered) {
            leave(tenant);
        }
        return entered;
    }

    private void leave(String tenant) {
        underWay.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
    }
}
