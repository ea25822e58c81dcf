package dev.mayfly.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The command as a whole process, beside Docker's.
final class CommandLine implements Scenario {
    private static final int MIN_ROUNDS = 20;

    @Override
    public Result run(Site site) throws IOException, InterruptedException {
        site.progress().accept("the command as a whole process");
        var ours = new Samples();
        var baseline = new Samples();
        String hello = site.home().resolve("runtimes/python/hello.py").toString();
        for (int i = 0; i < Math.max(MIN_ROUNDS, site.rounds() / 4); i++) {
            site.service().awaitRest();
            ours.time(() -> Machine.run(List.of(site.home().resolve("mayfly").toString(), "run", hello)));
            site.service().awaitRest();
            baseline.time(() -> Machine.run(List.of("docker", "run", "--rm", "mayfly/python:3.13", "python3", "/mayfly/hello.py")));
        }
        return Result.of(Figure.atMost(site.bound(0.8, 0.5), "mayfly run hello.py, whole process, p50", ours.medianMillis(), "docker run --rm", baseline.medianMillis()))
                .with(Plot.quantiles("The command as a whole process", Map.of("mayfly run", ours, "docker run --rm", baseline)));
    }
}
