package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `mayfly mcp`
@Command(
        name = "mcp",
        description = "Serve the Model Context Protocol on standard input and output, for clients that start their servers: the service at MAYFLY_URL answers, with the key in MAYFLY_API_KEY.",
        mixinStandardHelpOptions = true)
final class McpCommand implements Callable<Integer> {
    /// Ends when the input does, and all that was asked is answered.
    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = Home.find();
        try (var bridge = new McpBridge(home.service(), home.apiKey(), McpCommand::print);
                var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    bridge.send(line);
                }
            }
            bridge.awaitAnswers();
        }
        return 0;
    }

    private static void print(String message) {
        synchronized (System.out) {
            byte[] line = (message + "\n").getBytes(UTF_8);
            System.out.write(line, 0, line.length);
            System.out.flush();
        }
    }
}
