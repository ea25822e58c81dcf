package dev.mayfly.http.e2b;

import java.util.List;

/// @param runtimes the first that is on offer serves the templates that clients name by default
public record E2bSettings(List<String> runtimes) {
    public E2bSettings {
        runtimes = List.copyOf(runtimes);
    }
}
