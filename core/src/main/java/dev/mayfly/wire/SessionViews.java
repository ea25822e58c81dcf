package dev.mayfly.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.session.Cell;
import dev.mayfly.session.CellEnd;
import dev.mayfly.session.Command;
import dev.mayfly.session.FileChange;
import dev.mayfly.session.FileEntry;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEvent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sessions, their cells, commands and files as JSON.
public final class SessionViews {
    private SessionViews() {}

    /// @param cells whether its language keeps state from cell to cell
    /// @param start `warm` or `cold`
    public record SessionView(
            String id, String runtime, boolean cells, String beganAt, String endsAt, long idleSeconds, String start, Map<String, Number> limits, Map<String, String> labels) {
        public static SessionView of(Session session) {
            return new SessionView(session.id(), session.runtime(), session.hasCells(), session.begun().toString(), session.endsAt().toString(), session.idle().toSeconds(),
                    session.isWarm() ? "warm" : "cold", ResultView.limits(session.limits()), session.labels());
        }
    }

    public record SessionsView(List<SessionView> sessions) {}

    /// What a cell shows: by media type, images in base 64.
    public record DataView(Map<String, Object> data) {
        static DataView of(Map<String, JsonNode> data) {
            return new DataView(new LinkedHashMap<>(data));
        }
    }

    public record ErrorView(String name, String message, String trace) {}

    /// How a cell ended.
    ///
    /// @param stateKept whether the next cell finds what this one and those before have made
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record CellEndView(int cell, String status, boolean stateKept, @Nullable String detail, double wallMs, boolean truncated) {
        static CellEndView of(Cell cell, CellEnd end) {
            return new CellEndView(cell.number(), end.outcome().wireName(), end.stateKept(), end.detail(), ResultView.millis(end.wall()), end.outcome() == CellEnd.CellOutcome.OUTPUT_LIMIT);
        }
    }

    /// A cell that has ended, and all that it reported.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CellView(
            int cell, String status, boolean stateKept, @Nullable String detail, String stdout, String stderr, String encoding, List<DataView> displays, @Nullable DataView result,
            @Nullable ErrorView error, boolean truncated, double wallMs) {
        public static CellView of(Cell cell, CellEnd end) {
            var output = new Output(cell.log().events());
            CellEndView how = CellEndView.of(cell, end);
            return new CellView(cell.number(), how.status(), how.stateKept(), how.detail(), output.stdout(), output.stderr(), output.encoding().wireName(), output.displays, output.result.orElse(null),
                    output.error.orElse(null), how.truncated(), how.wallMs());
        }
    }

    /// @param outcome missing while it runs
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CommandView(
            int id, String state, List<String> command, @Nullable Map<String, Object> outcome, @Nullable String stdout, @Nullable String stderr, @Nullable String encoding, boolean truncated,
            ResultView.@Nullable UsageView usage) {
        /// With all its output.
        public static CommandView of(Command command) {
            var output = new Output(command.log().events());
            CommandView view = withoutOutput(command);
            return new CommandView(view.id, view.state, view.command, view.outcome, output.stdout(), output.stderr(), output.encoding().wireName(), view.truncated, view.usage);
        }

        public static CommandView withoutOutput(Command command) {
            Optional<Command.End> end = command.log().ended();
            return new CommandView(command.number(), end.isPresent() ? "finished" : "running", command.request().command(), end.map(how -> OutcomeView.of(how.outcome())).orElse(null), null, null,
                    null, command.log().bytes() > command.request().maxOutputBytes(), end.map(how -> ResultView.usage(how.usage())).orElse(null));
        }
    }

    public record CommandsView(List<CommandView> commands) {}

    /// @param type `file`, `folder`, `link` or `other`
    /// @param mode as `chmod` numbers it: `644`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FileEntryView(String path, String type, long sizeBytes, String mode, String modifiedAt, @Nullable String linksTo) {
        public static FileEntryView of(FileEntry entry) {
            return new FileEntryView(entry.path(), entry.type(), entry.size(), Integer.toOctalString(entry.mode()), entry.modified().toString(), entry.linksTo().orElse(null));
        }
    }

    public record FileEntriesView(List<FileEntryView> entries) {}

    /// @param change `created`, `written`, `attributes`, `removed`, `moved` or `lost`
    public record FileChangeView(String change, String path) {
        public static FileChangeView of(FileChange change) {
            return new FileChangeView(change.kind().wireName(), change.path());
        }
    }

    /// Events, gathered.
    private static final class Output {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final List<DataView> displays = new ArrayList<>();
        private Optional<DataView> result = Optional.empty();
        private Optional<ErrorView> error = Optional.empty();

        Output(List<SessionEvent> events) {
            for (SessionEvent event : events) {
                switch (event) {
                    case SessionEvent.Output(var stream, byte[] content) -> (stream == OutputChunk.Stream.STDOUT ? out : err).writeBytes(content);
                    case SessionEvent.Display(var data, _) -> displays.add(DataView.of(data));
                    case SessionEvent.Result(var data, _) -> result = Optional.of(DataView.of(data));
                    case SessionEvent.Raised raised -> error = Optional.of(error(raised));
                }
            }
        }

        Encoding encoding() {
            return Encoding.of(out.toByteArray(), err.toByteArray());
        }

        String stdout() {
            return encoding().encode(out.toByteArray());
        }

        String stderr() {
            return encoding().encode(err.toByteArray());
        }
    }

    static ErrorView error(SessionEvent.Raised raised) {
        return new ErrorView(raised.name(), raised.message(), raised.trace());
    }
}
