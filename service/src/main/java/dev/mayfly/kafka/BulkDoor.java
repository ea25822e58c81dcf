package dev.mayfly.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.store.Eventually;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.KeyHeader;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jspecify.annotations.Nullable;

/// Connects the channel of submissions with the worker, and keeps it so: a broker that is away is waited for, in the
/// background.
@Singleton
@Default
@Identifier(BulkDoor.CHANNEL)
public class BulkDoor implements KafkaConsumerRebalanceListener, AutoCloseable {
    static final String CHANNEL = "submissions";

    private static final System.Logger LOG = System.getLogger(BulkDoor.class.getName());
    private static final byte[] NO_VALUE = {};
    private static final long PAUSE_MILLIS = 2000;
    private static final int ROUNDS_BETWEEN_LOOKS = 8;
    private static final Executor EACH_ITS_THREAD = task -> Thread.ofVirtual().name("bulk").start(task);

    private final Multi<Message<byte[]>> submissions;
    private final KafkaClientService connector;
    private final KafkaSettings settings;
    private final Dispatcher dispatcher;
    private final Eventually<AsyncExecutions> executions;
    private final FunctionLookup functions;
    private final BulkMetrics metrics;
    private final Traces traces;
    private final KafkaClients clients;
    private final Ledger ledger;
    private final Partitions partitions;
    private final RunningRecords hands = new RunningRecords();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Thread opening;
    private @Nullable OutcomeCommitter committer;

    public BulkDoor(
            @Channel(CHANNEL) Multi<Message<byte[]>> submissions,
            KafkaClientService connector,
            @Identifier("default-kafka-broker") Map<String, Object> connection,
            KafkaSettings settings,
            Dispatcher dispatcher,
            Eventually<AsyncExecutions> executions,
            FunctionLookup functions,
            BulkMetrics metrics,
            Traces traces) {
        this.submissions = submissions;
        this.connector = connector;
        this.settings = settings;
        this.dispatcher = dispatcher;
        this.executions = executions;
        this.functions = functions;
        this.metrics = metrics;
        this.traces = traces;
        clients = new KafkaClients(connection, settings);
        ledger = new Ledger(clients, settings);
        partitions = new Partitions(ledger, settings);
    }

    /// Begins to read, if there is to be a bulk door; returns at once.
    public void open() {
        if (settings.enabled()) {
            opening = Thread.ofVirtual().name("bulk-door").start(this::readOn);
        }
    }

    private void readOn() {
        try {
            int partitionCount = awaitTopics();
            partitions.expect(partitionCount);
            var worker = new BulkWorker(dispatcher, new KeyedSubmissions(executions, functions), functions, settings, metrics, partitionCount);
            var outcomes = new OutcomeCommitter(partitions, new OutcomeTransactions(clients, partitions, ledger, settings, metrics));
            committer = outcomes;
            outcomes.awaitOpen(); // what a predecessor left half sent is settled
            submissions
                    .onItem().transform(this::read) // in the order of the partition, before any work on it
                    .onItem().transformToUni(submitted -> Uni.createFrom()
                            .item(() -> work(submitted, worker, outcomes))
                            .runSubscriptionOn(EACH_ITS_THREAD))
                    .merge(settings.maxInHand())
                    .subscribe().with(done -> {}, failure -> LOG.log(Level.ERROR, "the Kafka consumer has stopped; restart the service", failure));
            LOG.log(Level.INFO, "worker={0} reads {1}", settings.worker(), settings.topics().submissions());
            keepUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service stops
        }
    }

    private void keepUp() throws InterruptedException {
        var hanging = new HangingTransactions(clients, settings);
        for (int round = 0; !stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS); round++) {
            measure();
            if (round % ROUNDS_BETWEEN_LOOKS == 0) {
                hanging.end();
            }
        }
    }

    private int awaitTopics() throws InterruptedException {
        var setup = new TopicSetup(clients, settings);
        while (true) {
            try {
                return setup.run();
            } catch (IllegalStateException e) {
                LOG.log(Level.ERROR, "the Kafka consumer does not start: {0}", e.getMessage());
            } catch (ExecutionException | KafkaException e) {
                LOG.log(Level.WARNING, "waiting for the Kafka broker: {0}", e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private Optional<Submitted> read(Message<byte[]> message) {
        IncomingKafkaRecordMetadata<?, ?> metadata = message.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow();
        ConsumerRecord<?, ?> submitted = metadata.getRecord();
        byte[] value = Objects.requireNonNullElse((byte[]) submitted.value(), NO_VALUE);
        return partitions.find(submitted.partition())
                .filter(progress -> progress.read(submitted.offset(), metadata.getConsumerGroupGenerationId()))
                .map(progress -> new Submitted(submitted.partition(), submitted.offset(), (byte[]) submitted.key(), value, header(submitted, KeyHeader.NAME),
                        TraceContext.of(header(submitted, TraceContext.PARENT).orElse(null), header(submitted, TraceContext.STATE).orElse(null)), progress));
    }

    private static Optional<String> header(ConsumerRecord<?, ?> submitted, String name) {
        return Optional.ofNullable(submitted.headers().lastHeader(name))
                .map(header -> new String(Objects.requireNonNullElse(header.value(), NO_VALUE), UTF_8));
    }

    private Optional<Submitted> work(Optional<Submitted> submitted, BulkWorker worker, OutcomeCommitter outcomes) {
        submitted.ifPresent(each -> {
            try {
                if (hands.take(each)) {
                    workTraced(each, worker, outcomes);
                }
            } catch (InterruptedException e) {
                LOG.log(Level.DEBUG, "given up: partition={0} offset={1}", each.partition(), each.offset());
            } finally {
                hands.release();
            }
        });
        return submitted;
    }

    private void workTraced(Submitted submitted, BulkWorker worker, OutcomeCommitter outcomes) throws InterruptedException {
        try (Traces.Receipt receipt = traces.received(settings.topics().submissions(), submitted.trace())) {
            Submitted traced = submitted.in(receipt.context());
            outcomes.commit(traced, ending(traced, worker));
        }
    }

    /// A bug of ours must neither lose a submission nor hold up its partition.
    private static RecordOutcome ending(Submitted submitted, BulkWorker worker) throws InterruptedException {
        try {
            return worker.ending(submitted);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "partition=%d offset=%d".formatted(submitted.partition(), submitted.offset()), e);
            return new RecordOutcome.DeadLetter("internal-error", "a bug in Mayfly; the service's log has the rest", 1, true);
        }
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> assigned) {
        try {
            partitions.assigned(consumer, assigned);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        }
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> revoked) {
        partitions.revoked(revoked);
        hands.dropLost();
    }

    private void measure() {
        KafkaConsumer<?, ?> consumer = connector.getConsumer(CHANNEL);
        if (consumer != null) {
            consumer.runOnPollingThread(polling -> {
                metrics.measured(polling.assignment().size(), polling.paused().size(), partitions.inFlight(), lag(polling));
            }).subscribe().with(done -> {}, failure -> LOG.log(Level.DEBUG, "not measured", failure));
        }
    }

    private static long lag(Consumer<?, ?> consumer) {
        return consumer.assignment().stream().mapToLong(partition -> consumer.currentLag(partition).orElse(0)).sum();
    }

    /// Nothing more is begun.
    public void stopIntake() {
        hands.stopIntake();
    }

    /// Before the pool closes: what runs may end and become visible, what waits is given up and stays in the topic.
    @Override
    public void close() throws InterruptedException {
        stopped.countDown();
        if (opening != null) {
            opening.interrupt();
        }
        hands.stop(settings.drain());
        if (committer != null) {
            committer.close();
        }
        hands.stopped();
    }
}
