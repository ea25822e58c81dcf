package dev.mayfly;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.mayfly.testing.Browser;
import dev.mayfly.testing.KafkaBroker;
import dev.mayfly.testing.NeedsBrowser;
import dev.mayfly.testing.NeedsKafka;
import dev.mayfly.testing.NeedsPostgres;
import dev.mayfly.testing.OwnDockerEngine;
import dev.mayfly.testing.PostgresCluster;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.testing.TestEngine;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;

/// A `*Test` needs a JDK and nothing else; what more an `*IT` needs, its annotations say.
@AnalyzeClasses(packages = "dev.mayfly")
class LevelsTest {
    @ArchTest
    static final ArchRule TESTS_USE_NO_SERVICE_OR_DATABASE = noClasses().that(simpleNameEndingWith("Test")).and().doNotHaveSimpleName("LevelsTest")
            .should().dependOnClassesThat().belongToAnyOf(ServiceProcess.class, PostgresCluster.class, KafkaBroker.class, OwnDockerEngine.class);

    @ArchTest
    static final ArchRule TESTS_USE_NO_ENGINE = noClasses().that(simpleNameEndingWith("Test"))
            .should().callMethod(TestEngine.class, "docker", Class.class).orShould().callMethod(TestEngine.class, "docker", Class.class, URI.class)
            .orShould().callMethod(TestEngine.class, "oci", Class.class).orShould().callMethod(TestEngine.class, "oci", Class.class, String.class)
            .orShould().beAnnotatedWith(QuarkusTest.class);

    @ArchTest
    static final ArchRule WHO_USES_POSTGRESQL_SAYS_SO = classes().that(isTestThatUses(PostgresCluster.class)).should().beAnnotatedWith(NeedsPostgres.class);

    @ArchTest
    static final ArchRule WHO_USES_KAFKA_SAYS_SO = classes().that(isTestThatUses(KafkaBroker.class)).should().beAnnotatedWith(NeedsKafka.class);

    @ArchTest
    static final ArchRule WHO_USES_A_BROWSER_SAYS_SO = classes().that(isTestThatUses(Browser.class)).should().beAnnotatedWith(NeedsBrowser.class);

    private static DescribedPredicate<JavaClass> isTestThatUses(Class<?> what) {
        return DescribedPredicate.describe("are tests that use " + what.getSimpleName(), each -> each.getSimpleName().endsWith("IT")
                && each.getDirectDependenciesFromSelf().stream().anyMatch(dependency -> dependency.getTargetClass().isEquivalentTo(what)));
    }
}
