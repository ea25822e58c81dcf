package dev.mayfly;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// The walls between the packages: which may know which, and which library belongs to which.
@AnalyzeClasses(packages = "dev.mayfly", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PLAIN = {
        "dev.mayfly.sandbox..", "dev.mayfly.agent..", "dev.mayfly.docker..", "dev.mayfly.oci..", "dev.mayfly.runtime..",
        "dev.mayfly.pool..", "dev.mayfly.execution..", "dev.mayfly.wire..", "dev.mayfly.doctor..", "dev.mayfly.cli..",
        "dev.mayfly.store..", "dev.mayfly.async.."
    };

    @ArchTest
    static final ArchRule coreKnowsNoFramework = noClasses().that().resideInAnyPackage(PLAIN)
            .should().dependOnClassesThat().resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..", "io.vertx..", "io.micrometer..");

    @ArchTest
    static final ArchRule sandboxKnowsNobody = noClasses().that().resideInAPackage("dev.mayfly.sandbox..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "dev.mayfly.agent..", "dev.mayfly.docker..", "dev.mayfly.oci..", "dev.mayfly.runtime..", "dev.mayfly.pool..", "dev.mayfly.execution..",
                    "dev.mayfly.wire..", "dev.mayfly.http..", "dev.mayfly.kafka..", "dev.mayfly.cli..", "dev.mayfly.wiring..");

    @ArchTest
    static final ArchRule poolKnowsNoSubmission = noClasses().that().resideInAPackage("dev.mayfly.pool..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.mayfly.execution..", "dev.mayfly.runtime..", "dev.mayfly.docker..", "dev.mayfly.oci..", "dev.mayfly.agent..");

    @ArchTest
    static final ArchRule executionKnowsNoEngineAndNoDoor = noClasses().that().resideInAPackage("dev.mayfly.execution..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "dev.mayfly.docker..", "dev.mayfly.oci..", "dev.mayfly.agent..", "dev.mayfly.wire..", "dev.mayfly.http..", "dev.mayfly.kafka..", "dev.mayfly.cli..", "dev.mayfly.wiring..");

    @ArchTest
    static final ArchRule asyncKnowsNoEngineAndNoDoor = noClasses().that().resideInAnyPackage("dev.mayfly.async..", "dev.mayfly.store..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "dev.mayfly.docker..", "dev.mayfly.oci..", "dev.mayfly.agent..", "dev.mayfly.http..", "dev.mayfly.kafka..", "dev.mayfly.cli..", "dev.mayfly.wiring..");

    @ArchTest
    static final ArchRule statementsStayWithWhatIsKept = noClasses().that().resideOutsideOfPackages("dev.mayfly.store..", "dev.mayfly.async..", "dev.mayfly.webhook..")
            .should().dependOnClassesThat().resideInAnyPackage("java.sql..", "org.jdbi..", "org.flywaydb..", "io.agroal..", "org.sqlite..", "org.postgresql..");

    @ArchTest
    static final ArchRule doctorKnowsNoEngine = noClasses().that().resideInAPackage("dev.mayfly.doctor..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.mayfly.docker..", "dev.mayfly.oci..", "dev.mayfly.agent..", "dev.mayfly.cli..");

    @ArchTest
    static final ArchRule enginesKnowOnlyThePort = noClasses().that().resideInAnyPackage("dev.mayfly.docker..", "dev.mayfly.oci..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.mayfly.runtime..", "dev.mayfly.pool..", "dev.mayfly.execution..", "dev.mayfly.wire..");

    @ArchTest
    static final ArchRule oneEngineKnowsNotTheOther = noClasses().that().resideInAPackage("dev.mayfly.oci..")
            .should().dependOnClassesThat().resideInAPackage("dev.mayfly.docker..");

    @ArchTest
    static final ArchRule dockerJavaStaysInDocker = noClasses().that().resideOutsideOfPackage("dev.mayfly.docker..")
            .should().dependOnClassesThat().resideInAPackage("com.github.dockerjava..");

    @ArchTest
    static final ArchRule restStaysInHttp = noClasses().that().resideOutsideOfPackage("dev.mayfly.http..")
            .should().dependOnClassesThat().resideInAPackage("jakarta.ws.rs..");

    @ArchTest
    static final ArchRule reactiveTypesStayAtTheDoorsThatStream = noClasses().that().resideOutsideOfPackages("dev.mayfly.http..", "dev.mayfly.kafka..")
            .should().dependOnClassesThat().resideInAPackage("io.smallrye.mutiny..");

    @ArchTest
    static final ArchRule messagingStaysInKafka = noClasses().that().resideOutsideOfPackage("dev.mayfly.kafka..")
            .should().dependOnClassesThat().resideInAnyPackage("io.smallrye.reactive..", "org.eclipse.microprofile.reactive..");

    @ArchTest
    static final ArchRule kafkaClientsStayAtTheBulkDoorAndItsCommand = noClasses().that().resideOutsideOfPackages("dev.mayfly.kafka..", "dev.mayfly.cli..")
            .should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule picocliStaysInCli = noClasses().that().resideOutsideOfPackage("dev.mayfly.cli..")
            .should().dependOnClassesThat().resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule metersStayInMetrics = noClasses().that().haveSimpleNameNotEndingWith("Metrics")
            .should().dependOnClassesThat().resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule noCycles = slices().matching("dev.mayfly.(*)..").should().beFreeOfCycles();
}
