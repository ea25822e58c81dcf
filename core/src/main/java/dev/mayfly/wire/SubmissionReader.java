package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.execution.Invocation.Trigger;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.sandbox.WindowSize;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/// JSON to `Submission`, for each door. Whatever is wrong is a rejection that names the field.
public final class SubmissionReader {
    private SubmissionReader() {}

    /// @param json a whole document
    public static Submission read(byte[] json, Requester requester) throws RejectedException {
        SubmissionRequest request = synchronous(RequestDocument.parse(json), requester);
        return SubmissionConverter.submission(ResolvedRequest.of(request, requester), requester, Optional.empty());
    }

    /// Of a door with a JSON of its own, which has made this request of it.
    public static Submission of(SubmissionRequest request, String id, String tenant) throws RejectedException {
        var requester = new Requester(id, tenant);
        return SubmissionConverter.submission(ResolvedRequest.of(request, requester), requester, Optional.empty());
    }

    /// Of a request that names a function, with this input.
    public static Submission of(SubmissionRequest request, Requester requester, Stdin stdin) throws RejectedException {
        return SubmissionConverter.submission(ResolvedRequest.of(request, requester), requester, Optional.of(stdin));
    }

    /// For the bulk lane: the document has its `id`, 1 to 200 printable ASCII characters, and may have its `tenant`.
    public static Submission readBulk(byte[] json, FunctionLookup functions) throws RejectedException {
        RequestDocument document = RequestDocument.parse(json);
        String id = document.takeName("id").orElseThrow(() -> invalid("id", "id is missing"));
        var requester = new Requester(id, document.takeName("tenant").orElse(Submission.DEFAULT_TENANT), Lane.BULK, Trigger.KAFKA, functions, Optional.empty());
        SubmissionRequest request = document.request();
        if (request.webhook() != null) {
            throw invalid("webhook", "a record's result goes to the topic of outcomes; a webhook is only sent for submissions that come over HTTP");
        }
        return SubmissionConverter.submission(ResolvedRequest.of(request, requester), requester, Optional.empty());
    }

    /// With an input that comes while the program runs, in place of the document's own; at a terminal where the
    /// document has its size in `tty`.
    ///
    /// @param maxIdle how long a terminal may be idle
    public static Submission readInteractive(byte[] json, Requester requester, InputStream stdin, Duration maxIdle) throws RejectedException {
        RequestDocument document = RequestDocument.parse(json);
        Optional<JsonNode> terminal = document.take(RequestDocument.TERMINAL);
        Stdin live = terminal.isEmpty() ? new Stdin.Live(stdin) : new Stdin.Terminal(stdin, window(terminal.get()), maxIdle);
        SubmissionRequest request = synchronous(document, requester);
        if (request.input() != null) {
            throw invalid("input", "input cannot be given here: standard input is what comes while the program runs");
        }
        return SubmissionConverter.submission(ResolvedRequest.of(request, requester), requester, Optional.of(live));
    }

    private static WindowSize window(JsonNode terminal) throws RejectedException {
        try {
            return WindowView.read(RequestDocument.TERMINAL, terminal);
        } catch (IllegalArgumentException e) {
            throw invalid(RequestDocument.TERMINAL, String.valueOf(e.getMessage()));
        }
    }

    private static SubmissionRequest synchronous(RequestDocument document, Requester requester) throws RejectedException {
        SubmissionRequest request = document.request(requester);
        if (request.webhook() != null) {
            throw invalid("webhook", "webhook requires Prefer: respond-async");
        }
        return request;
    }
}
