package dev.mayfly.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.mayfly.async.EndListener;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Database;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.SqliteStores;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is to be reported arrives signed, is tried until it is taken, and is never sent where it must not go.
class WebhooksTest {
    private static final String TENANT = "acme";

    @TempDir
    Path folder;

    /// @param headers in small letters
    private record Received(Map<String, String> headers, String body) {
        String header(String name) {
            return requireNonNull(headers.get(name), name);
        }
    }

    private final Queue<Received> received = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private volatile String retryAfter = "";
    private final Vertx vertx = Vertx.vertx();
    private HttpServer receiver;
    private Database database;
    private Webhooks webhooks;

    @BeforeEach
    void start() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            received.add(new Received(headers, new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            Integer status = answers.poll();
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().add("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(status == null ? 204 : status, -1);
            exchange.close();
        });
        receiver.start();
        database = Database.open(SqliteStores.at(folder.resolve("webhooks.db")));
        webhooks = webhooks(List.of("127.0.0.0/8"), Duration.ofHours(1));
    }

    private Webhooks webhooks(List<String> allowed, Duration giveUpAfter) {
        return webhooks(new WebhookSettings(allowed, Duration.ofSeconds(2), Duration.ofMillis(50), giveUpAfter, Duration.ofHours(1), Duration.ofHours(1)), new Addresses(allowed));
    }

    private Webhooks webhooks(WebhookSettings settings, Addresses addresses) {
        return new Webhooks(database, vertx, settings, addresses, Duration.ofMillis(100));
    }

    @AfterEach
    void stop() {
        webhooks.close();
        database.close();
        receiver.stop(0);
        vertx.close();
    }

    private URI url() {
        return URI.create("http://localhost:%d/hook?a=b".formatted(receiver.getAddress().getPort()));
    }

    private void report(URI url) throws Exception {
        report(TENANT, url);
    }

    private void report(String tenant, URI url) throws Exception {
        database.write(handle -> {
            webhooks.ended(handle, new EndListener.Ended("execution.finished", "01X", tenant, url, Map.of("id", "01X", "outcome", "exited"), Optional.empty()));
            return true;
        });
    }

    private Delivery delivery() throws Exception {
        return webhooks.deliveries(TENANT, Optional.empty(), Optional.of("01X"), Optional.empty(), 10).getFirst();
    }

    private void awaitState(Delivery.State state) {
        await().atMost(Duration.ofSeconds(20)).until(() -> delivery().state() == state);
    }

    private static String signature(Secret secret, Received message) {
        return Signature.of(List.of(secret.value()), message.header("webhook-id"),
                Instant.ofEpochSecond(Long.parseLong(message.header("webhook-timestamp"))), message.body().getBytes(UTF_8));
    }

    /// The example of the specification's reference implementation.
    @Test
    void signatureIsTheStandardsOwn() {
        assertThat(Signature.of(List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek", Instant.ofEpochSecond(1614265330),
                "{\"test\": 2432232314}".getBytes(UTF_8))).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void endArrivesSigned() throws Exception {
        Secret secret = webhooks.newSecret(TENANT);
        report(url());
        awaitState(Delivery.State.DELIVERED);
        assertThat(received).singleElement().satisfies(message -> {
            assertThat(message.headers()).containsEntry("webhook-signature", signature(secret, message)).containsEntry("Host", "localhost:" + url().getPort());
            assertThat(message.body()).contains("\"type\":\"execution.finished\"", "\"id\":\"01X\"").containsPattern("\"timestamp\":\"[-0-9]+T[:0-9]+(\\.[0-9]{3})?Z\"");
        });
        assertThat(delivery().attempts()).singleElement().satisfies(attempt -> assertThat(attempt.status()).contains(204));
    }

    @Test
    void whatIsNotTakenIsSentAgainUnderTheSameId() throws Exception {
        webhooks.newSecret(TENANT);
        answers.addAll(List.of(500, 404, 302, 199 + 5)); // the redirect is not followed
        report(url());
        awaitState(Delivery.State.DELIVERED);
        assertThat(received).hasSize(4);
        assertThat(received.stream().map(message -> message.header("webhook-id")).distinct()).hasSize(1);
        assertThat(delivery().attempts().stream().map(attempt -> attempt.status().orElseThrow())).containsExactly(500, 404, 302, 204);
    }

    @Test
    void receiverThatIsGoneIsLeftAlone() throws Exception {
        webhooks.newSecret(TENANT);
        answers.add(410);
        report(url());
        awaitState(Delivery.State.FAILED);
        assertThat(delivery().attempts()).singleElement().satisfies(attempt -> assertThat(attempt.status()).contains(410));
        assertThat(received).hasSize(1);
    }

    @Test
    void receiverSaysWhenItWantsToBeAskedAgain() throws Exception {
        webhooks.newSecret(TENANT);
        answers.add(503);
        retryAfter = "1200";
        Instant before = Instant.now();
        report(url());
        await().atMost(Duration.ofSeconds(20)).until(() -> !delivery().attempts().isEmpty());
        // the first pause is 50 ms
        assertThat(delivery().nextAt()).isBetween(before.plusSeconds(1199), Instant.now().plusSeconds(1200));
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "' 0 ', 0", "'Sun, 06 Nov 1994 08:49:47 GMT', 10", "'Sun, 06 Nov 1994 08:40:00 GMT', 0", "soon, -1", "-5, -1", "99999999999, -1"})
    void retryAfterIsSecondsOrATime(String header, long seconds) {
        assertThat(Postman.retryAfter(header, Instant.parse("1994-11-06T08:49:37Z")))
                .isEqualTo(seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds)));
    }

    @Test
    void timesAreInMilliseconds() throws Exception {
        Secret secret = webhooks.newSecret(TENANT);
        assertThat(webhooks.secrets(TENANT)).singleElement().satisfies(again -> assertThat(again.createdAt()).isEqualTo(secret.createdAt()));
    }

    /// Its receiver takes connections and does not answer.
    @Test
    void slowTenantDoesNotHoldUpTheOthers() throws Exception {
        webhooks.close();
        webhooks = webhooks(settings(Duration.ofMinutes(5)), new Addresses(List.of("127.0.0.0/8")));
        webhooks.newSecret("slow");
        webhooks.newSecret(TENANT);
        try (var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Set<Socket> connections = ConcurrentHashMap.newKeySet();
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        connections.add(deaf.accept());
                    }
                } catch (IOException e) {
                    return; // the test is over
                }
            });
            for (int i = 0; i < 80; i++) {
                report("slow", URI.create("http://localhost:%d/".formatted(deaf.getLocalPort())));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> connections.size() == 4);
            report(url());
            awaitState(Delivery.State.DELIVERED);
            assertThat(connections).hasSize(4);
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }

    /// Nobody answers for its names.
    @Test
    void nameThatIsNotAnsweredForEndsItsAttemptAndHoldsUpNobodyElse() throws Exception {
        webhooks.close();
        var forever = new CountDownLatch(1);
        var asked = new AtomicInteger();
        var addresses = new Addresses(List.of("127.0.0.0/8"), name -> {
            if (name.equals("hangs.example")) {
                asked.incrementAndGet();
                try {
                    forever.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return InetAddress.getAllByName(name);
        });
        webhooks = webhooks(settings(Duration.ofMillis(300)), addresses);
        webhooks.newSecret("slow");
        webhooks.newSecret(TENANT);
        for (int i = 0; i < 20; i++) {
            report("slow", URI.create("http://hangs.example/"));
        }
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> webhooks.deliveries("slow", Optional.empty(), Optional.empty(), Optional.empty(), 50).stream()
                    .allMatch(delivery -> !delivery.attempts().isEmpty()));
            // no more look-ups hang than the tenant may have
            assertThat(asked).hasValue(4);
            report(url());
            awaitState(Delivery.State.DELIVERED);
        } finally {
            forever.countDown();
        }
    }

    private static WebhookSettings settings(Duration timeout) {
        return new WebhookSettings(List.of("127.0.0.0/8"), timeout, Duration.ofMillis(50), Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));
    }

    @Test
    void nothingIsSentToAReceiverWhoseCertificateNobodyKnows() throws Exception {
        webhooks.newSecret(TENANT);
        HttpsServer impostor = impostor();
        try {
            report(URI.create("https://localhost:%d/hook".formatted(impostor.getAddress().getPort())));
            await().atMost(Duration.ofSeconds(30)).until(() -> delivery().attempts().stream()
                    .anyMatch(attempt -> attempt.error().filter(error -> error.contains("certification path")).isPresent()));
            assertThat(received).isEmpty();
        } finally {
            impostor.stop(0);
        }
    }

    private HttpsServer impostor() throws Exception {
        char[] password = "impostor".toCharArray();
        Path keys = folder.resolve("keys.p12");
        DockerCommand.run(new byte[0], List.of("keytool", "-genkeypair", "-alias", "impostor", "-keyalg", "RSA", "-dname", "CN=localhost", "-validity", "2",
                "-storetype", "PKCS12", "-keystore", keys.toString(), "-storepass", "impostor"));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(KeyStore.getInstance(keys.toFile(), password), password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", exchange -> {
            received.add(new Received(Map.of(), ""));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void deliveryIsGivenUpAndCanBeRepeated() throws Exception {
        webhooks.close();
        webhooks = webhooks(List.of("127.0.0.0/8"), Duration.ofMillis(300));
        webhooks.newSecret(TENANT);
        URI url = url();
        int port = url.getPort();
        receiver.stop(0);
        report(url);
        awaitState(Delivery.State.FAILED);
        assertThat(delivery().attempts()).isNotEmpty().allSatisfy(attempt -> assertThat(attempt.error()).isPresent());
        // when the receiver is back
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        receiver.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        assertThat(webhooks.redeliver(TENANT, delivery().id())).isTrue();
        awaitState(Delivery.State.DELIVERED);
        assertThat(webhooks.redeliver("stranger", delivery().id())).isFalse();
    }

    @Test
    void oldSecretSignsBesideTheNewOneUntilItIsRevoked() throws Exception {
        Secret old = webhooks.newSecret(TENANT);
        Secret fresh = webhooks.newSecret(TENANT);
        report(url());
        awaitState(Delivery.State.DELIVERED);
        Received both = received.remove();
        assertThat(both.header("webhook-signature").split(" ", -1)).containsExactlyInAnyOrder(signature(old, both), signature(fresh, both));
        assertThat(webhooks.revoke(TENANT, old.id())).isTrue();
        webhooks.redeliver(TENANT, delivery().id());
        await().until(() -> !received.isEmpty());
        assertThat(received.remove()).satisfies(one -> assertThat(one.headers()).containsEntry("webhook-signature", signature(fresh, one)));
    }

    @Test
    void thisHostIsNotReached() throws Exception {
        webhooks.close();
        webhooks = webhooks(List.of(), Duration.ofMillis(100));
        webhooks.newSecret(TENANT);
        report(url());
        awaitState(Delivery.State.FAILED);
        assertThat(received).isEmpty();
        assertThat(delivery().attempts()).allSatisfy(attempt -> assertThat(attempt.error().orElseThrow()).isEqualTo("webhooks are not sent to the address of localhost"));
        // what is seen at once is refused at once
        for (String url : List.of("http://127.0.0.1/", "http://[::1]/", "http://localhost:80/", "http://169.254.169.254/latest")) {
            assertThatThrownBy(() -> webhooks.check(TENANT, URI.create(url)))
                    .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains("webhook.url"));
        }
    }

    @Test
    void tenantWithoutASecretIsRefused() {
        assertThatThrownBy(() -> webhooks.check("nobody", URI.create("https://example.org/")))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.detail()).contains("/v1/webhooks/secrets"));
    }
}
