package dev.mayfly.build;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A `requirements.txt` of names and versions (https://pip.pypa.io/en/stable/reference/requirements-file-format/). Options,
/// addresses and paths are not taken: where packages come from is the operator's to say. pip is given what was understood
/// here, and not the text: it ends lines, and joins them, in ways of its own.
final class PipRequirements {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*+");
    private static final Pattern VERSIONS = Pattern.compile("(?:(?:===|==|~=|!=|<=|>=|<|>)[A-Za-z0-9.*+!_-]++,?)*+");
    private static final Pattern MARKER = Pattern.compile("[A-Za-z0-9_ .<>=!~'\"()]++");
    private static final Pattern HASH = Pattern.compile("--hash=sha(?:256|384|512):[0-9a-f]++");
    private static final int LONGEST = 1 << 20;
    private static final int LONGEST_LINE = 1_000;
    private static final int MOST_WORDS_OF_A_MESSAGE = 200;

    private PipRequirements() {}

    /// The same without what pip need not know, a requirement a line.
    static String checked(String text) {
        BuildRequest.check(text.length() <= LONGEST, "pip must have at most 1 MiB", "");
        List<String> requirements = new ArrayList<>();
        var logical = new StringBuilder();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            BuildRequest.check(line.length() <= LONGEST_LINE && line.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~')),
                    "pip: line " + number + " must be at most 1,000 characters of ASCII", "");
            String bare = withoutComment(line);
            boolean goesOn = bare.endsWith("\\");
            logical.append(goesOn ? bare.substring(0, bare.length() - 1) : bare).append(' ');
            if (!goesOn) {
                add(requirements, logical.toString().replace('\t', ' ').strip(), number);
                logical.setLength(0);
            }
        }
        add(requirements, logical.toString().replace('\t', ' ').strip(), number);
        BuildRequest.check(!requirements.isEmpty(), "pip must name a package", "");
        return String.join("\n", requirements) + "\n";
    }

    private static String withoutComment(String line) {
        for (int i = line.indexOf('#'); i >= 0; i = line.indexOf('#', i + 1)) {
            if (i == 0 || line.charAt(i - 1) == ' ' || line.charAt(i - 1) == '\t') {
                return line.substring(0, i).stripTrailing();
            }
        }
        return line;
    }

    private static void add(List<String> requirements, String requirement, int number) {
        if (!requirement.isEmpty()) {
            BuildRequest.check(isRequirement(requirement), "pip: line " + number + " must be a package with its version, such as numpy==2.3.4, without options and addresses; got %s",
                    requirement.length() <= MOST_WORDS_OF_A_MESSAGE ? requirement : requirement.substring(0, MOST_WORDS_OF_A_MESSAGE) + "…");
            requirements.add(requirement);
        }
    }

    /// `name[extra,extra] version,version; marker --hash=… --hash=…`
    private static boolean isRequirement(String requirement) {
        int hashes = requirement.indexOf(" --");
        String rest = hashes < 0 ? "" : requirement.substring(hashes).strip();
        String head = hashes < 0 ? requirement : requirement.substring(0, hashes);
        int marker = head.indexOf(';');
        String what = (marker < 0 ? head : head.substring(0, marker)).replace(" ", "");
        return (rest.isEmpty() || List.of(rest.split(" +", -1)).stream().allMatch(word -> HASH.matcher(word).matches()))
                && (marker < 0 || MARKER.matcher(head.substring(marker + 1)).matches())
                && !head.substring(0, marker < 0 ? head.length() : marker).matches(".*[A-Za-z0-9] +[A-Za-z0-9].*")
                && isNameWithVersions(what);
    }

    private static boolean isNameWithVersions(String what) {
        var name = NAME.matcher(what);
        if (!name.lookingAt()) {
            return false;
        }
        String rest = what.substring(name.end());
        if (rest.startsWith("[")) {
            int end = rest.indexOf(']');
            if (end < 0 || !List.of(rest.substring(1, end).split(",", -1)).stream().allMatch(extra -> NAME.matcher(extra).matches())) {
                return false;
            }
            rest = rest.substring(end + 1);
        }
        return VERSIONS.matcher(rest.startsWith("(") && rest.endsWith(")") ? rest.substring(1, rest.length() - 1) : rest).matches();
    }
}
