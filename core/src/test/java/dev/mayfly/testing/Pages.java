package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The pages that people read: those at the top level and all below `docs`.
public final class Pages {
    private static final String WRITE = "mayfly.docs.write";

    /// A fenced block of a page.
    ///
    /// @param info what is behind the opening fence: `sh run`, `json`, …
    /// @param line of the opening fence, from 1
    public record Block(String info, String text, int line) {}

    private Pages() {}

    public static List<Path> all() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(Path.of("."), Path.of("docs"))) {
            try (Stream<Path> files = Files.walk(folder, folder.endsWith("docs") ? Integer.MAX_VALUE : 1)) {
                files.filter(file -> file.toString().endsWith(".md")).map(Path::normalize).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    public static List<Block> blocks(Path page) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(page);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("```")) {
                int start = i++;
                while (!lines.get(i).equals("```")) {
                    i++;
                }
                blocks.add(new Block(lines.get(start).substring(3), String.join("\n", lines.subList(start + 1, i)) + "\n", start + 1));
            }
        }
        return blocks;
    }

    /// A generated page is as the code has it; `./mvnw test -Dtest='*DocTest' -Dmayfly.docs.write=true` writes it.
    public static void assertGenerated(Path page, String content) throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(page, content);
        }
        assertThat(Files.readString(page)).as("%s: write it again with -D%s=true", page, WRITE).isEqualTo(content);
    }
}
