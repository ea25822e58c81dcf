package dev.mayfly.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.BulkClient;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.KafkaBroker;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsKafka;
import dev.mayfly.testing.ServiceProcess;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bulk door and its command reach brokers that want TLS and a password (SASL), by Kafka's own properties.
@NeedsDocker
@NeedsKafka
class BulkSecurityIT {
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"bulk\" password=\"mayfly-secret\"";

    @TempDir
    Path folder;

    private Path keys() {
        return folder.resolve("keys.p12");
    }

    private KafkaBroker broker() throws Exception {
        DockerCommand.run(new byte[0], List.of("keytool", "-genkeypair", "-alias", "broker", "-keyalg", "RSA", "-dname", "CN=localhost", "-ext",
                "san=ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12", "-keystore", keys().toString(), "-storepass", "store-secret"));
        int port = KafkaBroker.freePort();
        Path properties = Files.writeString(folder.resolve("more.properties"), """
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d,SASL_SSL://127.0.0.1:%3$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,SASL_SSL://127.0.0.1:%3$d
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
                sasl.enabled.mechanisms=PLAIN
                listener.name.sasl_ssl.plain.sasl.jaas.config=%4$s user_bulk="mayfly-secret";
                ssl.keystore.location=%5$s
                ssl.keystore.password=store-secret
                ssl.keystore.type=PKCS12
                """.formatted(port, port + 1, port + 2, LOGIN, keys()));
        return new KafkaBroker(port, List.of(properties.toString()), client("mayfly-secret"));
    }

    private Properties client(String password) {
        var client = new Properties();
        client.putAll(Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", LOGIN.replace("mayfly-secret", password) + ";",
                "ssl.truststore.location", keys().toString(),
                "ssl.truststore.password", "store-secret",
                "ssl.truststore.type", "PKCS12"));
        return client;
    }

    @Test
    void brokersWithTlsAndPasswordsAreReached() throws Exception {
        try (KafkaBroker broker = broker().awaitReady();
                var worker = new ServiceProcess("test-bulk-secure", ServiceProcess.lockFolder(), Map.of(
                        "MAYFLY_KAFKA_ENABLED", "true",
                        "MAYFLY_KAFKA_TOPIC_PREFIX", "secure",
                        "MAYFLY_KAFKA_PARTITIONS", "1",
                        "KAFKA_BOOTSTRAP_SERVERS", broker.address(),
                        "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                        "KAFKA_SASL_MECHANISM", "PLAIN",
                        "KAFKA_SASL_JAAS_CONFIG", LOGIN + ";",
                        "KAFKA_SSL_TRUSTSTORE_LOCATION", keys().toAbsolutePath().toString(),
                        "KAFKA_SSL_TRUSTSTORE_PASSWORD", "store-secret",
                        "KAFKA_SSL_TRUSTSTORE_TYPE", "PKCS12")).awaitReady();
                var client = new BulkClient(broker, "secure")) {
            // given a submission that the command sends with the same properties
            Path properties = folder.resolve("client.properties");
            try (Writer writer = Files.newBufferedWriter(properties)) {
                broker.clientProperties(Map.of()).store(writer, null);
            }
            Path submissions = Files.writeString(folder.resolve("submissions.jsonl"), "{\"id\":\"sealed\",\"runtime\":\"python\",\"code\":\"print('sealed')\"}\n");
            client.awaitTopics();
            var sent = DockerCommand.run(new byte[0], List.of("./mayfly", "bulk", "submit", "--topic-prefix", "secure", "--client-config",
                    properties.toString(), submissions.toString()));
            assertThat(sent.exitCode()).as(new String(sent.stderr(), java.nio.charset.StandardCharsets.UTF_8)).isZero();
            // then it is run and its result is there
            assertThat(client.awaitResult("sealed").json().path("stdout").asText()).isEqualTo("sealed\n");
            // and secrets are not in the log
            assertThat(worker.log()).doesNotContain("mayfly-secret", "store-secret");
        }
    }
}
