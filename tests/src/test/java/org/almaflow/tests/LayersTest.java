package org.almaflow.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The import rules of the design: who may know whom. */
class LayersTest {
    private static final String ALMAFLOW = "org.almaflow..";
    private static final String SCHEMAS = "org.almaflow.schemas..";
    private static final String PRODUCER = "org.almaflow.producer..";
    private static final String LEARNING = "org.almaflow.learning..";
    private static final String DL4J = "org.almaflow.engine.dl4j..";
    private static final String TORCH = "org.almaflow.engine.torch..";
    private static final String PIPELINE = "org.almaflow.pipeline..";
    private static final String OBSERVER = "org.almaflow.observer..";
    private static final String LOCAL = "org.almaflow.local..";
    private static final String FLINK = "org.apache.flink..";
    private static final String KAFKA = "org.apache.kafka..";
    private static final String[] NATIVE = {"org.nd4j..", "org.deeplearning4j..", "org.bytedeco.."};

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("org.almaflow");
    }

    /** A rule about a package that is not on the class path would hold of nothing. */
    @Test
    void everyPackageOfTheDesignIsSeen() {
        Set<String> seen =
                classes.stream()
                        .map(JavaClass::getPackageName)
                        .map(p -> p.split("\\.")[2])
                        .collect(Collectors.toSet());
        assertThat(seen)
                .contains(
                        "schemas",
                        "producer",
                        "learning",
                        "engine",
                        "pipeline",
                        "observer",
                        "local");
    }

    @Test
    void onlyEnginesKnowNatives() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(DL4J, TORCH)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(NATIVE));
    }

    /** They need different releases of JavaCPP; nothing may bring both. */
    @Test
    void theOtherEngineIsNotHere() {
        assertThat(classes.stream().map(JavaClass::getPackageName))
                .noneMatch(name -> name.startsWith("org.almaflow.engine.torch"));
    }

    @Test
    void onlyThePipelineAndTheLocalRunnerKnowFlink() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(PIPELINE, LOCAL)
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(FLINK));
    }

    @Test
    void learningKnowsNoneOfTheOthers() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(LEARNING)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                SCHEMAS, PRODUCER, DL4J, PIPELINE, OBSERVER, LOCAL, FLINK, KAFKA));
    }

    @Test
    void theEngineKnowsLearningOnly() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(DL4J)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                SCHEMAS, PRODUCER, PIPELINE, OBSERVER, LOCAL, FLINK, KAFKA));
    }

    @Test
    void schemasKnowNothingElseOfUs() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(SCHEMAS)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(PRODUCER, LEARNING, DL4J, PIPELINE, OBSERVER, LOCAL));
    }

    @Test
    void producerAndObserverMeetTheJobInTheTopicsOnly() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(PRODUCER, OBSERVER)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(LEARNING, DL4J, PIPELINE, LOCAL));
        check(
                noClasses()
                        .that()
                        .resideInAPackage(PIPELINE)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(PRODUCER, OBSERVER, DL4J, LOCAL));
    }

    @Test
    void packagesOfLearningHaveNoCycles() {
        slices().matching("org.almaflow.learning.(*)..").should().beFreeOfCycles().check(classes);
    }

    private static void check(ArchRule rule) {
        rule.because("of the import rules in " + ALMAFLOW).check(classes);
    }
}
