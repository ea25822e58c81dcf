package dev.mayfly.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// Lines that a person edits, with those of earlier days. Code goes on until it is whole.
final class TypedLines implements SessionShell.Input, AutoCloseable {
    private static final String HISTORY = "mayfly/session-history";

    private final Terminal terminal;
    private final LineReader reader;
    private final String prompt;

    /// @param onInterrupt called for Ctrl-C while no line is edited
    TypedLines(String runtime, boolean hasCells, Runnable onInterrupt) throws IOException {
        terminal = TerminalBuilder.builder().system(true).provider("exec").nativeSignals(true).signalHandler(Terminal.SignalHandler.SIG_IGN).build();
        terminal.handle(Terminal.Signal.INT, signal -> onInterrupt.run());
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("mayfly")
                .parser(hasCells ? new WholeCode() : new DefaultParser())
                .variable(LineReader.HISTORY_FILE, history())
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "... ")
                .variable(LineReader.BLINK_MATCHING_PAREN, 0L)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.BRACKETED_PASTE, false)
                .build();
        prompt = hasCells ? runtime.replaceFirst(":.*", "") + "> " : "$ ";
    }

    /// As the XDG base directory specification has it.
    private static Path history() throws IOException {
        String state = System.getenv("XDG_STATE_HOME");
        Path file = (state == null || state.isEmpty() ? Path.of(System.getProperty("user.home"), ".local/state") : Path.of(state)).resolve(HISTORY);
        Files.createDirectories(file.getParent());
        return file;
    }

    @Override
    public Optional<String> next() {
        try {
            return Optional.of(reader.readLine(prompt));
        } catch (UserInterruptException e) {
            return Optional.of(""); // the line is given up
        } catch (EndOfFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }

    /// Takes what is typed as it is, and asks for more while code is not whole.
    static final class WholeCode implements Parser {
        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && !isWhole(line)) {
                throw new EOFError(-1, -1, "the code goes on");
            }
            return new Typed(line, cursor);
        }

        /// In the languages that have cells, as far as can be seen without a parser: brackets are closed, and a block, which begins
        /// with a colon at the end of a line, ends with an empty line.
        static boolean isWhole(String code) {
            if (code.startsWith("!") || code.startsWith("%")) {
                return true;
            }
            if (code.stripTrailing().endsWith("\\") || open(code) > 0) {
                return false;
            }
            boolean block = code.startsWith("@") || code.lines().anyMatch(line -> line.stripTrailing().endsWith(":"));
            return !block || code.endsWith("\n");
        }

        /// Of brackets, and of strings that may have several lines.
        private static int open(String code) {
            int open = 0;
            String quote = "";
            for (int at = 0; at < code.length(); at++) {
                char each = code.charAt(at);
                if (!quote.isEmpty()) {
                    if (each == '\\') {
                        at++;
                    } else if (code.startsWith(quote, at)) {
                        at += quote.length() - 1;
                        quote = "";
                    } else if (each == '\n' && (quote.equals("'") || quote.equals("\""))) {
                        quote = "";
                    }
                } else if (each == '"' || each == '\'' || each == '`') {
                    String triple = String.valueOf(each).repeat(3);
                    quote = each != '`' && code.startsWith(triple, at) ? triple : String.valueOf(each);
                    at += quote.length() - 1;
                } else if ("([{".indexOf(each) >= 0) {
                    open++;
                } else if (")]}".indexOf(each) >= 0) {
                    open--;
                }
            }
            return open + (quote.equals("`") || quote.length() > 1 ? 1 : 0);
        }
    }

    /// A line without words: nothing is completed.
    private record Typed(String line, int cursor) implements ParsedLine {
        @Override
        public String word() {
            return line;
        }

        @Override
        public int wordCursor() {
            return cursor;
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(line);
        }
    }
}
