package dev.mayfly.execution;

import static dev.mayfly.execution.RejectedException.invalid;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What must hold of a submission's cases, beside what holds of its program.
final class CaseCheck {
    private static final int MAX_CASES = 100;

    private CaseCheck() {}

    /// Throws `RejectedException`, naming the field. The time it takes follows the number of the cases' own files.
    static void check(Program program, List<SourceFile> files, Limits limits, LanguageRuntime runtime) throws RejectedException {
        List<Case> cases = program.cases();
        if (cases.isEmpty()) {
            return;
        }
        if (cases.size() > MAX_CASES) {
            throw invalid("cases", "cases must have at most %d entries; got %d".formatted(MAX_CASES, cases.size()));
        }
        if (!(program.stdin() instanceof Stdin.Bytes)) {
            throw invalid("cases", "cases cannot be run where the input comes while the program runs");
        }
        Set<String> paths = new HashSet<>();
        Set<String> folders = new HashSet<>();
        for (SourceFile file : files) {
            paths.add(file.path());
            Preparation.addFolders(file.path(), folders);
        }
        long bytes = Preparation.bytes(files);
        Set<String> compiled = new HashSet<>();
        runtime.compile().ifPresent(step -> step.outputs().forEach(pattern -> compiled.add(top(pattern))));
        for (int i = 0; i < cases.size(); i++) {
            String field = "cases[%d].".formatted(i);
            long words = Words.check(field + "args", cases.get(i).args().orElse(List.of()));
            if (words > Preparation.MAX_WORDS_BYTES / 2) {
                throw invalid(field + "args", "args of a case must have at most %d bytes; got %d".formatted(Preparation.MAX_WORDS_BYTES / 2, words));
            }
            checkFiles(field + "files", cases.get(i).files(), paths, folders, compiled);
            int count = paths.size() + cases.get(i).files().size();
            if (count > Preparation.MAX_FILES) {
                throw invalid(field + "files", "a case and the submission must have at most %d files together; got %d".formatted(Preparation.MAX_FILES, count));
            }
            long all = bytes + Preparation.bytes(cases.get(i).files());
            if (all > limits.diskBytes()) {
                throw invalid(field + "files", "the files of a case and of the submission take %d bytes together, in pages of 4096; diskBytes is %d".formatted(all, limits.diskBytes()));
            }
        }
    }

    /// Beside the program's, and not in the way of what the compiler makes.
    private static void checkFiles(String field, List<SourceFile> files, Set<String> paths, Set<String> folders, Set<String> compiled) throws RejectedException {
        Set<String> own = new HashSet<>();
        Set<String> ownFolders = new HashSet<>();
        for (int i = 0; i < files.size(); i++) {
            String path = files.get(i).path();
            String each = "%s[%d].path".formatted(field, i);
            Preparation.checkPath(each, path);
            if (!own.add(path)) {
                throw invalid(each, "%s is given twice".formatted(path));
            }
            if (compiled.contains(top(path))) {
                throw invalid(each, "%s is where the compiled program is".formatted(path));
            }
            Preparation.addFolders(path, ownFolders);
        }
        for (String path : own) {
            if (folders.contains(path) || ownFolders.contains(path)) {
                throw invalid(field, "%s is both a file and a folder".formatted(path));
            }
        }
        for (String folder : ownFolders) {
            if (paths.contains(folder)) {
                throw invalid(field, "%s is both a file and a folder".formatted(folder));
            }
        }
    }

    private static String top(String path) {
        return path.split("/", 2)[0];
    }
}
