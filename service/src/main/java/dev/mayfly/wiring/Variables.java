package dev.mayfly.wiring;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The environment variables that mean something to Mayfly. A typing slip in one of them would else pass in silence.
final class Variables {
    private static final String PREFIX = "MAYFLY_";

    /// The launcher's and the command's own.
    private static final Set<String> OTHERS = Set.of("MAYFLY_URL", "MAYFLY_API_KEY", "MAYFLY_JAVA_OPTIONS", "MAYFLY_TRAIN", "MAYFLY_BASE_IMAGE");

    /// Kubernetes sets these where a Service is named mayfly.
    private static final Pattern KUBERNETES = Pattern.compile("MAYFLY_(SERVICE_(HOST|PORT.*)|PORT(_\\d+_.*)?)");

    /// What an earlier release called `mayfly.async`.
    private static final String EARLIER_ASYNC = "MAYFLY_JOB_";

    private static final Pattern ELEMENT = Pattern.compile("_\\d+_?$");

    private Variables() {}

    /// Every setting's name, as `mayfly.pool.capacity`.
    static Set<String> settings() {
        return ConfigMappings.getProperties(ConfigClass.configClass(MayflyConfig.class)).keySet().stream()
                .map(name -> name.replace("[*]", ""))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Those that are not settings, with the new name of one that was renamed.
    static List<String> unknown(Collection<String> environment) {
        Set<String> known = settings().stream().map(Variables::name).collect(Collectors.toSet());
        return environment.stream()
                .filter(variable -> variable.startsWith(PREFIX))
                .filter(variable -> !known.contains(variable) && !OTHERS.contains(variable) && !KUBERNETES.matcher(variable).matches())
                .filter(variable -> !known.contains(ELEMENT.matcher(variable).replaceFirst("")))
                .map(variable -> variable.startsWith(EARLIER_ASYNC) ? "%s (now MAYFLY_ASYNC_%s)".formatted(variable, variable.substring(EARLIER_ASYNC.length())) : variable)
                .sorted()
                .toList();
    }

    private static String name(String setting) {
        return setting.replaceAll("[^a-zA-Z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
