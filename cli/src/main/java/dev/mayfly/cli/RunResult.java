package dev.mayfly.cli;

import dev.mayfly.wire.Encoding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One part of a result as the service or the engine reported it, the whole at first. A service that is newer than
/// this command may report more.
record RunResult(Map<String, Object> fields) {

    String text(String name) {
        return String.valueOf(fields.get(name));
    }

    int number(String name, int otherwise) {
        return fields.get(name) instanceof Number number ? number.intValue() : otherwise;
    }

    /// Empty where there is none.
    RunResult part(String name) {
        return of(fields.get(name));
    }

    List<RunResult> parts(String name) {
        return fields.get(name) instanceof List<?> list ? list.stream().map(RunResult::of).toList() : List.of();
    }

    private static RunResult of(@Nullable Object value) {
        var fields = new LinkedHashMap<String, Object>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, each) -> fields.put(String.valueOf(name), each));
        }
        return new RunResult(fields);
    }

    /// With the output that was collected, both streams in one encoding.
    RunResult withOutput(byte[] stdout, byte[] stderr) {
        Encoding encoding = Encoding.of(stdout, stderr);
        RunResult whole = of(fields);
        whole.fields.put("stdout", encoding.encode(stdout));
        whole.fields.put("stderr", encoding.encode(stderr));
        whole.fields.put("encoding", encoding.wireName());
        return whole;
    }
}
