package dev.mayfly.bench;

import java.io.IOException;

/// One kind of load, and what comes of it.
interface Scenario {
    Result run(Site site) throws IOException, InterruptedException;
}
