package dev.mayfly;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The walls between the packages: what is not written down here is not allowed.
@AnalyzeClasses(packages = "dev.mayfly", importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJar.class})
class ArchitectureTest {
    /// The other modules' tests, which are a folder in one build and a jar in another.
    static final class NoTestJar implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String OURS = "dev.mayfly.";

    /// A package, the packages of ours that it may know, and the libraries. A new package needs a line.
    private static final Map<String, Wall> WALLS = walls("""
            sandbox     |                                                                              |
            image       |                                                                              | com.fasterxml.jackson javax.net.ssl
            agent       | sandbox                                                                      |
            docker      | agent image sandbox                                                          | com.github.dockerjava
            oci         | agent image sandbox                                                          | com.fasterxml.jackson
            runtime     | sandbox                                                                      | com.fasterxml.jackson
            pool        | sandbox                                                                      |
            execution   | image pool runtime sandbox                                                   | io.github.bucket4j
            build       | access execution runtime sandbox                                             | com.fasterxml.jackson
            session     | execution pool runtime sandbox                                               | com.fasterxml.jackson
            wire        | execution pool sandbox session                                               | com.fasterxml.jackson
            store       | sandbox                                                                      | org.jdbi io.agroal org.flywaydb org.postgresql org.sqlite
            async       | execution pool sandbox store wire                                            | org.jdbi com.fasterxml.jackson
            function    | async execution store wire                                                   | org.jdbi com.fasterxml.jackson com.github.difflib io.github.bucket4j
            schedule    | async execution function store wire                                          | org.jdbi com.fasterxml.jackson com.cronutils
            failure     | async execution function store wire                                          | org.jdbi com.fasterxml.jackson
            secret      | execution store                                                              | org.jdbi javax.crypto
            trace       | execution sandbox                                                            | io.opentelemetry
            webhook     | async execution store wire                                                   | org.jdbi com.fasterxml.jackson io.vertx javax.crypto
            access      | execution                                                                    | com.fasterxml.jackson javax.crypto
            doctor      | execution pool runtime sandbox                                               |
            bench       | access docker wire                                                           | com.fasterxml.jackson
            cli         | access bench build docker doctor execution image oci pool runtime sandbox wire | picocli com.fasterxml.jackson org.apache.kafka org.java_websocket org.jline sun.misc
            http        | access async build execution function http.cgi http.codapi http.e2b http.mcp http.piston runtime sandbox schedule secret session store trace webhook wire | com.fasterxml.jackson io.netty io.quarkiverse io.quarkus io.smallrye.common io.smallrye.mutiny io.vertx jakarta.annotation jakarta.enterprise jakarta.inject jakarta.ws.rs org.eclipse.microprofile.config org.eclipse.microprofile.jwt org.eclipse.microprofile.openapi org.jboss.jandex org.jboss.resteasy
            http.mcp    | execution http runtime sandbox session trace wire                            | com.fasterxml.jackson io.quarkus.arc io.smallrye.common io.vertx jakarta.annotation jakarta.inject jakarta.ws.rs org.eclipse.microprofile.openapi org.jboss.resteasy
            http.e2b    | access execution http runtime sandbox session wire                           | com.fasterxml.jackson io.netty io.quarkiverse io.quarkus.security io.quarkus.vertx io.smallrye.common io.smallrye.mutiny io.vertx jakarta.annotation jakarta.enterprise jakarta.inject jakarta.ws.rs org.eclipse.microprofile.openapi
            http.piston | execution http runtime sandbox trace wire                                    | com.fasterxml.jackson io.quarkus.vertx io.quarkus.websockets io.smallrye.common io.vertx jakarta.annotation jakarta.enterprise jakarta.inject jakarta.ws.rs org.eclipse.microprofile.openapi
            http.codapi | execution http runtime sandbox trace wire                                    | com.fasterxml.jackson io.smallrye.common io.vertx jakarta.annotation jakarta.inject jakarta.ws.rs org.eclipse.microprofile.openapi
            http.cgi    | execution                                                                    | io.vertx
            kafka       | async execution sandbox store trace wire                                     | com.fasterxml.jackson io.micrometer io.smallrye.common io.smallrye.mutiny io.smallrye.reactive it.unimi.dsi jakarta.enterprise jakarta.inject org.apache.kafka org.eclipse.microprofile.reactive
            wiring      | access async build docker execution failure function http http.e2b http.mcp image kafka oci pool runtime sandbox schedule secret session store trace webhook wire | io.micrometer io.opentelemetry.api io.quarkus io.smallrye.config io.vertx jakarta.enterprise jakarta.inject org.eclipse.microprofile.config org.eclipse.microprofile.health org.jboss.logmanager sun.misc
            """);

    private record Wall(Set<String> ours, Set<String> libraries) {}

    private static Map<String, Wall> walls(String table) {
        return table.lines().map(line -> line.split("\\|", -1)).collect(Collectors.toMap(cells -> cells[0].strip(), cells -> new Wall(words(cells[1]), words(cells[2]))));
    }

    private static Set<String> words(String cell) {
        return Stream.of(cell.strip().split(" ")).filter(word -> !word.isEmpty()).collect(Collectors.toSet());
    }

    private static String part(JavaClass of) {
        String name = of.getPackageName() + ".";
        return name.startsWith(OURS) && !name.equals(OURS) ? name.substring(OURS.length(), name.length() - 1) : "";
    }

    @ArchTest
    static final ArchRule everyPackageKnowsWhatItMayKnowAndNothingElse = classes().should(knowOnlyWhatTheirLineAllows());

    private static ArchCondition<JavaClass> knowOnlyWhatTheirLineAllows() {
        return new ArchCondition<>("know only what their line allows") {
            @Override
            public void check(JavaClass each, ConditionEvents events) {
                Wall its = WALLS.get(part(each));
                if (its == null) {
                    events.add(SimpleConditionEvent.violated(each, "the package of %s has no line".formatted(each.getName())));
                    return;
                }
                each.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> !isAllowed(each, dependency.getTargetClass().getBaseComponentType(), its))
                        .forEach(dependency -> events.add(SimpleConditionEvent.violated(each, dependency.getDescription())));
            }
        };
    }

    private static boolean isAllowed(JavaClass from, JavaClass to, Wall wall) {
        String name = to.getPackageName() + ".";
        if (to.isPrimitive() || name.startsWith("java.") || name.startsWith("org.jspecify.")) {
            return true;
        }
        if (name.startsWith(OURS)) {
            return part(from).equals(part(to)) || wall.ours().contains(part(to));
        }
        return wall.libraries().stream().anyMatch(library -> name.startsWith(library + "."));
    }

    @ArchTest
    static final ArchRule statementsStayWithWhatIsStored = noClasses().that().resideOutsideOfPackages("dev.mayfly.store..", "dev.mayfly.async..", "dev.mayfly.function..", "dev.mayfly.schedule..", "dev.mayfly.failure..", "dev.mayfly.secret..", "dev.mayfly.webhook..")
            .should().dependOnClassesThat().resideInAPackage("java.sql..");

    @ArchTest
    static final ArchRule metersStayInMetrics = noClasses().that().haveSimpleNameNotEndingWith("Metrics")
            .should().dependOnClassesThat().resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule noCycles = slices().matching("dev.mayfly.(*)..").should().beFreeOfCycles();
}
