package dev.mayfly.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Of a `package.json` what names packages (https://docs.npmjs.com/cli/configuring-npm/package-json), and its
/// `package-lock.json`. Addresses and paths are not taken: where packages come from is the operator's to say.
///
/// @param manifest without scripts and all else
/// @param lock as it was given
public record NpmFiles(String manifest, Optional<String> lock) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> DEPENDENCIES = List.of("dependencies", "optionalDependencies", "devDependencies");
    private static final Pattern NAME = Pattern.compile("(@[a-z0-9-~][a-z0-9-._~]*/)?[a-zA-Z0-9-~][a-zA-Z0-9-._~]*");
    private static final Pattern RANGE = Pattern.compile("[<>=^~]*+v?[0-9xX*][A-Za-z0-9.*+-]*+|[<>=^~|-]++|[A-Za-z][A-Za-z0-9_-]*+");
    private static final Pattern EXACT = Pattern.compile("[0-9]++\\.[0-9]++\\.[0-9]++[A-Za-z0-9.+-]*+");
    private static final Pattern FILE = Pattern.compile(".*(tgz|tar|gz)");
    private static final int LONGEST_RANGE = 200;
    private static final String REGISTRY = "https://registry.npmjs.org/";
    private static final int LONGEST = 4 << 20;

    /// @param registry from which the lock file's packages may come, beside npm's own
    public static NpmFiles of(String packageJson, Optional<String> packageLock, Optional<String> registry) {
        ObjectNode given = object("npm", packageJson);
        ObjectNode manifest = JSON.createObjectNode().put("name", "runtime").put("version", "1.0.0").put("private", true);
        for (String field : DEPENDENCIES) {
            for (Map.Entry<String, JsonNode> dependency : given.path(field).properties()) {
                BuildRequest.check(NAME.matcher(dependency.getKey()).matches() && dependency.getValue().isTextual() && isRange(dependency.getValue().asText()),
                        "npm: " + field + " must hold names and versions, such as \"lodash\": \"^4.17.0\", without addresses; got %s", dependency.toString());
                manifest.withObject("/" + field).set(dependency.getKey(), dependency.getValue());
            }
        }
        BuildRequest.check(manifest.has("dependencies") || manifest.has("optionalDependencies"), "npm must name a package in dependencies", "");
        packageLock.ifPresent(text -> checkLock(text, registry));
        return new NpmFiles(manifest.toString(), packageLock);
    }

    /// Words such as `^1.2.3`, `>=2`, `||` and `latest`; what npm would take for a file or a folder is none.
    private static boolean isRange(String text) {
        return text.length() <= LONGEST_RANGE && List.of(text.strip().split(" +", -1)).stream().allMatch(word -> word.isEmpty() || (RANGE.matcher(word).matches() && !FILE.matcher(word).matches()));
    }

    private static void checkLock(String text, Optional<String> registry) {
        JsonNode packages = object("npmLock", text).path("packages");
        BuildRequest.check(packages.isObject(), "npmLock must be a package-lock.json of lockfileVersion 2 or 3", "");
        for (Map.Entry<String, JsonNode> entry : packages.properties()) {
            String from = entry.getValue().path("resolved").asText(REGISTRY);
            BuildRequest.check(from.startsWith(REGISTRY) || registry.filter(own -> from.startsWith(own.endsWith("/") ? own : own + "/")).isPresent(),
                    "npmLock must take packages from the registry; got %s", from);
            BuildRequest.check(entry.getKey().isEmpty() || (entry.getKey().startsWith("node_modules/") && !entry.getKey().contains("..")),
                    "npmLock must have packages in node_modules alone; got %s", entry.getKey());
            BuildRequest.check(!entry.getValue().has("link"), "npmLock cannot link to a folder; got %s", entry.getKey());
            BuildRequest.check(entry.getKey().isEmpty() || EXACT.matcher(entry.getValue().path("version").asText()).matches(), "npmLock must have exact versions; got %s", entry.toString());
        }
    }

    private static ObjectNode object(String field, String text) {
        BuildRequest.check(text.length() <= LONGEST, field + " must have at most 4 MiB", "");
        try {
            if (JSON.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("%s must be JSON: %s".formatted(field, e.getOriginalMessage()), e);
        }
        throw new IllegalArgumentException(field + " must be a JSON object");
    }
}
