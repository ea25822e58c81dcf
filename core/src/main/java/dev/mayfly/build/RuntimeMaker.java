package dev.mayfly.build;

import java.util.function.Consumer;

/// Makes runtimes.
public interface RuntimeMaker {
    /// Throws what is known to be wrong before anything is built.
    void check(BuildRequest request) throws BuildException;

    /// Makes it, and lets it serve. What fails on the way changes nothing.
    ///
    /// @param log takes lines of what happens
    Built build(BuildRequest request, Consumer<String> log) throws BuildException, InterruptedException;

    /// @param image its name, which ends with the digest of its inputs
    /// @param imageDigest the engine's
    /// @param isNew whether it was built now; false where the same was there
    record Built(String runtime, String image, String imageDigest, boolean isNew) {}
}
