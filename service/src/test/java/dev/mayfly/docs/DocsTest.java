package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What pages name is there, and they stay readable.
class DocsTest {
    private static final int MAX_WIDTH = 120;
    private static final int MAX_README_LINES = 150;
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)(?<path>[^)#]+)(#(?<anchor>[^)]+))?\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern CLASS = Pattern.compile("[A-Z][a-z]+[A-Za-z]*(Test|IT|Contract)");
    private static final Pattern OWN_PATH = Pattern.compile("(src|runtimes|deploy|loadtest|docs|\\.ci)/[a-z0-9./-]*[a-z]");

    static List<Path> pages() throws IOException {
        return Pages.all();
    }

    @Test
    void readmeFitsOnOnePage() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(MAX_README_LINES);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linesAreShort(Path page) throws IOException {
        Set<String> code = Pages.blocks(page).stream().flatMap(block -> block.text().lines()).collect(Collectors.toSet());
        assertThat(Files.readAllLines(page)).filteredOn(line -> line.length() > MAX_WIDTH && !line.startsWith("|") && !code.contains(line)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        List<String> broken = new ArrayList<>();
        for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
            Path target = page.toAbsolutePath().resolveSibling(link.group("path")).normalize();
            boolean there = Files.exists(target);
            if (there && link.group("anchor") != null) {
                there = anchors(target).contains(link.group("anchor"));
            }
            if (!there) {
                broken.add(link.group());
            }
        }
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void testsAndFilesThatAreNamedExist(Path page) throws IOException {
        if (page.endsWith("CHANGELOG.md")) {
            return; // what was there may be gone
        }
        Set<String> classes = classes();
        for (String code : CODE.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList()) {
            if (CLASS.matcher(code).matches()) {
                assertThat(classes).contains(code);
            }
            if (OWN_PATH.matcher(code).matches()) {
                assertThat(Path.of(code)).exists();
            }
        }
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> files = Files.find(Path.of(""), 12, (path, attributes) -> path.toString().contains("src/"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length())).collect(Collectors.toSet());
        }
    }

    /// As GitHub makes them of headings.
    private static Set<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream().filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
