package dev.mayfly.cli;

import dev.mayfly.wire.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How the bulk commands reach the brokers.
final class KafkaOptions {
    private static final int CALL_MILLIS = 15_000;

    @Option(names = "--brokers", paramLabel = "HOST:PORT", description = "Where the brokers are (default: KAFKA_BOOTSTRAP_SERVERS, else 127.0.0.1:9092)")
    private @Nullable String brokers;

    @Option(names = "--client-config", paramLabel = "FILE", description = "Properties of Kafka's clients, such as security.protocol and sasl.jaas.config")
    private @Nullable Path config;

    @Option(names = "--topic-prefix", paramLabel = "NAME", description = "The topics are NAME.submissions and so on (default: ${DEFAULT-VALUE})", defaultValue = "mayfly")
    private String prefix = "mayfly";

    Topics topics() {
        return new Topics(prefix);
    }

    String brokers() {
        return brokers != null ? brokers : Objects.requireNonNullElse(System.getenv("KAFKA_BOOTSTRAP_SERVERS"), "127.0.0.1:9092");
    }

    /// The connection, and what one command adds to it.
    Properties properties(Map<String, Object> more) throws IOException {
        var properties = new Properties();
        if (config != null) {
            try (Reader reader = Files.newBufferedReader(config, StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
        }
        if (brokers != null || !properties.containsKey("bootstrap.servers")) {
            properties.put("bootstrap.servers", brokers());
        }
        properties.put("default.api.timeout.ms", CALL_MILLIS);
        properties.put("request.timeout.ms", CALL_MILLIS / 2);
        properties.putAll(more);
        return properties;
    }

    CliException unreachable(Exception cause) {
        return new CliException(CliException.OUR_FAULT, "%s at %s; `mayfly up --bulk` starts a broker, --brokers names yours"
                .formatted(cause.getMessage(), brokers()));
    }
}
