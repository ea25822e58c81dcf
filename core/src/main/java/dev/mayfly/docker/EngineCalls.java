package dev.mayfly.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.mayfly.image.RegistryLogin;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// Control calls to the engine, each with a deadline that holds: docker-java's own do not on a unix socket, where an
/// engine that hangs would be waited for without end. Thread-safe.
///
/// @param patience how long each may take
record EngineCalls(DockerClient client, Duration patience) implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 128;
    private static final Duration PULL_PATIENCE = Duration.ofMinutes(15);

    EngineCalls(URI host, Duration patience) {
        this(client(host), patience);
    }

    private static DockerClient client(URI host) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(host.toString()).build();
        return DockerClientImpl.getInstance(config, new ZerodepDockerHttpClient.Builder().dockerHost(host).maxConnections(MAX_CONNECTIONS).build());
    }

    /// Throws when the engine has not answered within the patience of a ping.
    void ping() throws SandboxException, InterruptedException {
        call("ping", SandboxEngine.PING_PATIENCE, client -> client.pingCmd().exec());
    }

    /// Longer than any other call.
    void pull(String image, Optional<RegistryLogin> login) throws SandboxException, InterruptedException {
        var _ = call("pull " + image, PULL_PATIENCE, client -> {
            PullImageCmd pull = client.pullImageCmd(image);
            pull.withAuthConfig(login.map(own -> new AuthConfig().withUsername(own.name()).withPassword(own.password())).orElseGet(AuthConfig::new));
            try (var pulled = pull.start()) {
                return pulled.awaitCompletion();
            } catch (IOException e) {
                throw new DockerClientException(String.valueOf(e.getMessage()), e);
            } catch (InterruptedException e) {
                throw new DockerClientException("interrupted", e);
            }
        });
    }

    <T> T call(String what, Function<DockerClient, T> request) throws SandboxException, InterruptedException {
        return call(what, patience, request);
    }

    /// docker-java throws unchecked; here it becomes the port's exception, with the call named.
    private <T> T call(String what, Duration atMost, Function<DockerClient, T> request) throws SandboxException, InterruptedException {
        var answer = new FutureTask<>(() -> request.apply(client));
        Thread.ofVirtual().name("engine-call").start(answer);
        try {
            return answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SandboxException("%s: the engine did not answer in %d s".formatted(what, atMost.toSeconds()), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DockerClientException refusal) {
                throw new SandboxException(what + ": " + refusal.getMessage(), refusal);
            }
            if (e.getCause() instanceof DockerException refusal) {
                throw new SandboxException(what + ": " + refusal.getMessage(), refusal);
            }
            throw new SandboxException("%s: the engine does not answer: %s".formatted(what, e.getCause()), e);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            System.getLogger(EngineCalls.class.getName()).log(Level.DEBUG, "close failed", e);
        }
    }
}
