package dev.mayfly.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The headers `Content-Type` and `Accept`, read as RFC 9110 (8.3.1, 12.5.1) has them.
final class MediaTypes {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";
    private static final String PARAMETERS = "(?:[ \\t]*;[ \\t]*(?:" + TOKEN + "=(?:" + TOKEN + "|" + QUOTED + "))?)*+";
    private static final Pattern MEDIA_TYPE = Pattern.compile("(" + TOKEN + "/" + TOKEN + ")(" + PARAMETERS + ")");
    private static final Pattern CHARSET = Pattern.compile("(?i);[ \\t]*charset=\"?([^\";, \\t]*)");
    private static final Pattern LIST = Pattern.compile("[ \\t]*(?:(" + TOKEN + "/" + TOKEN + PARAMETERS + ")[ \\t]*)?(?:,|$)");
    private static final Pattern WEIGHT = Pattern.compile("(?i)[ \\t]*;[ \\t]*q=([^; \\t]*)");
    private static final Pattern WEIGHT_VALUE = Pattern.compile("0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?");
    private static final Pattern ZERO = Pattern.compile("0(?:\\.0*)?");
    /// What `*/*` means where some of it is not wanted.
    private static final List<String> OFFERED = List.of("application/json", "text/event-stream", "text/html");

    private MediaTypes() {}

    /// Whether it is one media type and nothing else.
    static boolean isOne(String contentType) {
        return MEDIA_TYPE.matcher(contentType.strip()).matches();
    }

    /// JSON is UTF-8 (RFC 8259, 8.1).
    static boolean isJson(String contentType) {
        return isInUtf8(contentType, "application/json");
    }

    static boolean isBytes(String contentType) {
        return name(contentType).equals("application/octet-stream");
    }

    /// Without its parameters; empty where it is none.
    static String name(String contentType) {
        Matcher type = MEDIA_TYPE.matcher(contentType.strip());
        return type.matches() ? type.group(1).toLowerCase(Locale.ROOT) : "";
    }

    /// In UTF-8, as far as it says.
    static boolean isPlainText(String contentType) {
        return isInUtf8(contentType, "text/plain");
    }

    private static boolean isInUtf8(String contentType, String expected) {
        Matcher type = MEDIA_TYPE.matcher(contentType.strip());
        if (!type.matches() || !type.group(1).equalsIgnoreCase(expected)) {
            return false;
        }
        Matcher charset = CHARSET.matcher(type.group(2));
        return !charset.find() || charset.group(1).equalsIgnoreCase("utf-8");
    }

    /// `Accept` without what has the weight 0, which the framework does not know; empty when it is malformed, blank
    /// when nothing is left.
    static Optional<String> acceptable(String accept) {
        List<String> wanted = new ArrayList<>();
        List<String> unwanted = new ArrayList<>();
        Matcher element = LIST.matcher(accept);
        while (element.lookingAt()) {
            if (element.group(1) != null) {
                Optional<String> weight = weight(element.group(1));
                if (weight.isPresent() && !WEIGHT_VALUE.matcher(weight.get()).matches()) {
                    return Optional.empty();
                }
                (weight.isPresent() && ZERO.matcher(weight.get()).matches() ? unwanted : wanted).add(element.group(1));
            }
            if (element.end() == accept.length()) {
                return Optional.of(unwanted.isEmpty() ? accept : without(unwanted, wanted));
            }
            element.region(element.end(), accept.length());
        }
        return Optional.empty();
    }

    private static Optional<String> weight(String element) {
        Matcher weight = WEIGHT.matcher(element);
        return weight.find() ? Optional.of(weight.group(1)) : Optional.empty();
    }

    private static String without(List<String> unwanted, List<String> wanted) {
        List<String> ranges = unwanted.stream().map(MediaTypes::range).toList();
        return wanted.stream().flatMap(element -> spelledOut(element).stream())
                .filter(element -> !ranges.contains(range(element)) && !ranges.contains(family(element)) && (!ranges.contains("*/*") || wanted.contains(element)))
                .collect(Collectors.joining(", "));
    }

    /// A wildcard as the types for which it stands.
    private static List<String> spelledOut(String element) {
        if (!range(element).endsWith("/*")) {
            return List.of(element);
        }
        String parameters = element.substring(range(element).length());
        return OFFERED.stream().filter(type -> range(element).equals("*/*") || family(type).equals(range(element))).map(type -> type + parameters).toList();
    }

    private static String range(String element) {
        int parameters = element.indexOf(';');
        return (parameters < 0 ? element : element.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    private static String family(String element) {
        return range(element).replaceFirst("/.*", "/*");
    }
}
