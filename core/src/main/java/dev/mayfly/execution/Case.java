package dev.mayfly.execution;

import dev.mayfly.sandbox.SourceFile;
import java.util.List;
import java.util.Optional;

/// One run of a program among several of the same submission. What it does not have is the submission's own.
///
/// @param files beside the submission's, or in the place of one of the same path
public record Case(Optional<List<String>> args, Optional<byte[]> stdin, List<SourceFile> files, Optional<Expectation> expected) {
    public Case {
        args = args.map(List::copyOf);
        files = List.copyOf(files);
    }
}
