package dev.mayfly.http.piston;

import java.util.List;
import java.util.Map;

/// A runtime under the name that Piston has for its language, which clients have written into their code.
///
/// @param aliases beside the runtime's own
/// @param version in three parts
record PistonName(String language, List<String> aliases, String version) {
    /// Where they are not the runtime's own.
    private record Language(String name, List<String> aliases) {}

    private static final Map<String, Language> LANGUAGES = Map.of(
            "node", new Language("javascript", List.of("node", "js", "node-javascript", "node-js")),
            "python", new Language("python", List.of("py", "py3", "python3")),
            "cpp", new Language("c++", List.of("cpp", "g++")),
            "c", new Language("c", List.of("gcc")),
            "r", new Language("rscript", List.of("r")));

    /// @param id `python:3.13`
    static PistonName of(String id) {
        int colon = id.indexOf(':');
        String name = id.substring(0, colon);
        Language language = LANGUAGES.getOrDefault(name, new Language(name, List.of()));
        return new PistonName(language.name(), language.aliases(), Version.of(id.substring(colon + 1)).toString());
    }
}
