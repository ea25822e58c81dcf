package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.doctor.Attack;
import dev.mayfly.doctor.AttackCategory;
import dev.mayfly.doctor.AttackFolder;
import dev.mayfly.doctor.Doctor;
import dev.mayfly.doctor.Finding;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `mayfly doctor`
@Command(
        name = "doctor",
        description = "Attack this machine's engine from within its sandboxes and report what holds. Exits with 1 when an attack succeeds.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final int NOT_WELL = 1;
    private static final double SLOWEST_NEIGHBOURS = 2;
    private static final int FEWEST_ATTACKS = 10;

    @Option(names = "--only", paramLabel = "TEXT", split = ",", description = "Run only attacks whose id contains one of these, such as escape, python/memory, fork-bomb")
    private List<String> only = List.of();

    @Option(names = "--list", description = "List the attacks and do not run them")
    private boolean list;

    @Option(names = "--json", description = "Print one JSON object a line for each attack")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        Home home = Home.find();
        RuntimeCatalog catalog = home.catalog();
        Predicate<Attack> chosen = attack -> only.isEmpty() || only.stream().anyMatch(attack.id()::contains);
        List<Attack> attacks = AttackFolder.read(home.runtimes(), catalog).stream().filter(chosen).toList();
        if (attacks.isEmpty()) {
            throw new CliException(CliException.WRONG_USE, "no attack's id contains %s; --list shows all".formatted(String.join(" or ", only)));
        }
        if (list) {
            attacks.forEach(attack -> System.out.printf("%-50s %-24s %s%n", attack.id(), attack.outcome(), attack.aim()));
            return 0;
        }
        try (var instance = new InstanceLock(home.lockFolder());
                var engine = home.engine(instance);
                var doctor = new Doctor(engine, home.ociRuntime(engine), catalog)) {
            List<Finding> findings = new ArrayList<>();
            for (Attack attack : attacks.stream().filter(doctor::canRun).toList()) {
                Finding finding = doctor.examine(attack);
                findings.add(finding);
                report(finding);
            }
            Map<AttackCategory, List<Finding>> byCategory = new EnumMap<>(AttackCategory.class);
            findings.forEach(finding -> byCategory.computeIfAbsent(finding.attack().category(), category -> new ArrayList<>()).add(finding));
            double usual = medianMillis(doctor.idle());
            if (!json) {
                summary(findings, byCategory, usual);
                System.out.println(doctor.hostUsers());
            }
            List<String> slow = byCategory.entrySet().stream().filter(category -> slowsNeighbours(category.getValue(), usual)).map(category -> category.getKey().folder()).toList();
            slow.forEach(category -> System.err.printf("FAIL  beside the attacks on %s, other programs took more than %.0f times their usual time%n", category, SLOWEST_NEIGHBOURS));
            return slow.isEmpty() && findings.stream().allMatch(Finding::passed) ? 0 : NOT_WELL;
        } catch (SandboxException e) {
            throw new CliException(CliException.OUR_FAULT, "no sandbox can be made: " + e.getMessage());
        }
    }

    private void report(Finding finding) throws JsonProcessingException {
        if (json) {
            var line = new LinkedHashMap<String, Object>();
            line.put("attack", finding.attack().id());
            line.put("outcome", finding.attack().outcome());
            line.put("passed", finding.passed());
            line.put("knownGap", finding.knownGap());
            line.put("troubles", finding.troubles());
            line.put("neighboursMs", finding.neighbours().stream().map(DoctorCommand::millis).toList());
            System.out.println(Json.STRICT.writeValueAsString(line));
            return;
        }
        System.out.printf("%s  %s%n", !finding.passed() ? "FAIL" : finding.knownGap() ? "gap " : "pass", finding.attack().id());
        for (String trouble : finding.troubles()) {
            System.out.println("      " + trouble);
        }
        if (!finding.passed()) {
            System.out.printf("      it tries: %s%n      look at: %s%n", finding.attack().aim(), finding.attack().category().setting());
        }
    }

    private static void summary(List<Finding> findings, Map<AttackCategory, List<Finding>> byCategory, double usual) {
        System.out.printf("%n%-10s %8s   %s%n", "category", "passed", "neighbours: median, and how many times the usual %.1f ms".formatted(usual));
        byCategory.forEach((category, those) -> {
            double beside = neighboursMillis(those);
            System.out.printf("%-10s %8s   %.1f ms, %.2f%n", category.folder(), passed(those), beside, beside / usual);
        });
        System.out.printf("%-10s %8s%n", "all", passed(findings));
        long gaps = findings.stream().filter(Finding::knownGap).count();
        if (gaps > 0) {
            System.out.printf("%d attacks are known not to be held on this engine; their files say why (grep -r not-held runtimes/*/attacks)%n", gaps);
        }
    }

    private static double neighboursMillis(List<Finding> findings) {
        return medianMillis(findings.stream().map(Finding::neighbours).flatMap(List::stream).toList());
    }

    /// Of a few attacks one moment of another's load would decide.
    private static boolean slowsNeighbours(List<Finding> findings, double usual) {
        return findings.size() >= FEWEST_ATTACKS && neighboursMillis(findings) > SLOWEST_NEIGHBOURS * usual;
    }

    /// A confinement that is known to be missing is not one that was tried.
    private static String passed(List<Finding> findings) {
        long tried = findings.stream().filter(finding -> !finding.knownGap() || !finding.passed()).count();
        return "%d/%d".formatted(findings.stream().filter(finding -> finding.passed() && !finding.knownGap()).count(), tried);
    }

    private static double medianMillis(List<Duration> durations) {
        return durations.isEmpty() ? Double.NaN : millis(durations.stream().sorted().toList().get(durations.size() / 2));
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
