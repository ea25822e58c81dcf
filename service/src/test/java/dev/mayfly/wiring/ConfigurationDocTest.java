package dev.mayfly.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The page of settings says what the mapping says: every setting, its default and its comment.
class ConfigurationDocTest {
    private static final Path PAGE = Path.of("docs/reference/configuration.md");
    private static final Path FOLDER = Path.of("service/src/main/java/dev/mayfly/wiring");
    private static final List<String> SOURCES = List.of("MayflyConfig", "DoorConfig", "StoreConfig");
    private static final Pattern SETTING = Pattern.compile("    +(?:Optional<.*>|List<.*>|Path|String|int|long|short|boolean|Duration|Engine) (?<name>\\w+)\\(\\);");
    private static final Pattern GROUP = Pattern.compile("    (?:public )?interface (?<name>\\w+) \\{");
    private static final Pattern DEFAULT = Pattern.compile("\\s+@WithDefault\\(\"(?<value>.*)\"\\)");

    private static final String HEAD = """
            # Configuration

            Settings are environment variables: `mayfly.pool.capacity` is `MAYFLY_POOL_CAPACITY`. For the service they may also
            be Java properties in `MAYFLY_JAVA_OPTIONS=-Dmayfly.pool.capacity=48`. The command reads `mayfly.engine`,
            `mayfly.service`, `mayfly.runtimes`, `mayfly.default-runtimes`, `mayfly.lock-folder`, `mayfly.docker.*`,
            `mayfly.oci.*` and `DOCKER_HOST`.

            A wrong setting keeps the service from starting: exit code 2, and one line for each that says what it is and what it
            must be. A variable `MAYFLY_…` that is not a setting is logged as a warning. Durations are written `500ms`, `30S`,
            `10M`, `24H` or as in ISO 8601 (`PT15S`).

            Generated from `MayflyConfig`; `ConfigurationDocTest` compares.

            | setting | default | meaning |
            |---|---|---|
            """;
    private static final String FOOT = """

            ## Settings that are not Mayfly's own

            | setting | default | meaning |
            |---|---|---|
            | `quarkus.http.host`, `quarkus.http.port` | 127.0.0.1, 8080 | where the service listens; with another port, set `MAYFLY_URL` for the command to match |
            | `quarkus.http.limits.max-connections` | 2048 | HTTP connections in all |
            | `quarkus.oidc.tenant-enabled`, `quarkus.oidc.auth-server-url` | false, none | OpenID Connect |
            | `kafka.bootstrap.servers`, `kafka.*` | `localhost:9092` | Kafka's client properties |
            | `MAYFLY_URL` | `http://127.0.0.1:8080` | the service that the command uses; `none`: the command makes its own sandbox |
            | `MAYFLY_API_KEY` | none | the key that the command sends |
            | `MAYFLY_BASE_IMAGE` | `debian:trixie-slim` | base image that `runtimes/build` pulls; where no registry answers, it bootstraps Debian from packages |
            | `MAYFLY_JAVA_OPTIONS` | none | options of the service's JVM |

            ## Limits of a language

            A language's defaults, ceilings and minimums are in its `runtime.yaml`, under
            `limits: {minimum: {…}, default: {…}, ceiling: {…}}`. `GET /v1/runtimes` shows those in force. Where a
            `runtime.yaml` is silent:

            | limit | default | ceiling |
            |---|---|---|
            | `wallTimeMs`, `cpuTimeMs` | 10,000 | 300,000 |
            | `cpus` | 1 | 2 |
            | `memoryBytes` | 256 MiB | 2 GiB |
            | `pids` | 64 | 256 |
            | `outputBytes` | 1 MiB | 16 MiB |
            | `diskBytes` | 64 MiB | 512 MiB |
            | `openFiles` | 1,024 | 1,024 |
            """;

    @Test
    void pageIsGeneratedFromTheMapping() throws IOException {
        String rows = settings().stream().map(Setting::row).collect(Collectors.joining());
        Pages.assertGenerated(PAGE, HEAD + rows + FOOT);
    }

    @Test
    void everySettingOfTheMappingIsFound() throws IOException {
        assertThat(settings().stream().map(Setting::name).collect(Collectors.toSet())).isEqualTo(Variables.settings());
        assertThat(settings()).noneMatch(setting -> setting.meaning().isEmpty());
    }

    private record Setting(String name, String value, String meaning) {
        String row() {
            return "| `%s` | %s | %s |%n".formatted(name, value.isEmpty() ? "none" : "`" + value + "`", meaning.replace("|", "\\|"));
        }
    }

    private static List<Setting> settings() throws IOException {
        List<Setting> settings = new ArrayList<>();
        for (String source : SOURCES) {
            settings.addAll(settings(FOLDER.resolve(source + ".java")));
        }
        return settings;
    }

    private static List<Setting> settings(Path source) throws IOException {
        List<Setting> settings = new ArrayList<>();
        Deque<String> groups = new ArrayDeque<>();
        List<String> comment = new ArrayList<>();
        String value = "";
        for (String line : Files.readAllLines(source)) {
            Matcher setting = SETTING.matcher(line);
            Matcher group = GROUP.matcher(line);
            Matcher withDefault = DEFAULT.matcher(line);
            if (line.strip().startsWith("///")) {
                comment.add(line.strip().substring(3).strip());
            } else if (withDefault.matches()) {
                value = withDefault.group("value");
            } else if (group.matches()) {
                groups.push(group.group("name").toLowerCase(Locale.ROOT));
                comment.clear();
            } else if (setting.matches()) {
                settings.add(new Setting("mayfly." + (groups.isEmpty() ? "" : groups.peek() + ".") + kebab(setting.group("name")), value, String.join(" ", comment)));
                comment.clear();
                value = "";
            } else if (line.equals("    }") && !groups.isEmpty()) {
                groups.pop();
            } else if (line.isBlank() || line.startsWith("public interface")) {
                comment.clear();
            }
        }
        return settings;
    }

    private static String kebab(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
