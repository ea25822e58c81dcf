package dev.mayfly.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A submission as JSON.
///
/// @param function a stored function in place of a program: `NAME`, or `NAME@VERSION`
/// @param runtime `python`, `python:3.13` to pin the version, or an alias such as `py`
/// @param code the content of the entry point; `files` may come beside it
/// @param input for a function: any JSON, which it gets on its standard input
/// @param limits by name: `wallTimeMs`, `cpuTimeMs`, `cpus`, `memoryBytes`, `pids`, `outputBytes`, `diskBytes`,
///     `openFiles`
/// @param outputs patterns of the files to bring back
/// @param compile whether the runtime's compile step runs where a program can do without it
/// @param display whether what the program shows comes back as files: figures that it leaves open, and its last
///     expression's value
/// @param cases runs of the program, up to 100, each in a sandbox of its own
/// @param labels free for the caller's own use; at most 64
/// @param webhook where the end of an execution that nobody waits for is reported
@RecordBuilder
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SubmissionRequest(
        @Nullable String function,
        @Nullable String runtime,
        @Nullable String code,
        @Nullable List<FileContent> files,
        @Nullable String entrypoint,
        @Nullable List<String> args,
        @Nullable Map<String, String> env,
        @Nullable String stdin,
        @Nullable String stdinEncoding,
        @Nullable JsonNode input,
        @Nullable Map<String, BigDecimal> limits,
        @Nullable List<String> outputs,
        @Nullable Boolean compile,
        @Nullable Boolean display,
        @Nullable List<CaseRequest> cases,
        @Nullable Map<String, String> labels,
        @Nullable WebhookRequest webhook) {

    /// @param url `https`, or `http`, of a host with a public address
    public record WebhookRequest(@Nullable String url) {}

    /// One run of the program among several; what it does not have is the submission's own.
    ///
    /// @param files beside the submission's, or in the place of one of the same path
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CaseRequest(
            @Nullable List<String> args, @Nullable String stdin, @Nullable String stdinEncoding, @Nullable List<FileContent> files, @Nullable ExpectRequest expect) {}

    /// @param compare `exact` (the default), `trimmed`, `tokens` or `numeric`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ExpectRequest(@Nullable String stdout, @Nullable String compare) {}

    /// @param encoding `utf-8` (the default) or `base64`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FileContent(@Nullable String path, @Nullable String content, @Nullable String encoding) {}
}
