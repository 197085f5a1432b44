package org.almaflow.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engines as the build lays them out, each in a JVM of its own. */
class EnginesIT {
    private static final Pattern CER = Pattern.compile("\"cer\" : ([0-9.]+)");

    @TempDir private Path folder;

    private static Path jar(String name) {
        return AlmaProcess.home().resolve(name);
    }

    /** Sums run in another order, and a session may end an epoch earlier or later. */
    @Test
    void anExperimentLearnsAlikeOnBoth() throws Exception {
        assertAlike(TestingPoints.experiment(folder).toString(), 0.15);
    }

    @Test
    void languageModelsLearnAlikeOnBoth() throws Exception {
        assertAlike(TestingSentences.experiment(folder).toString(), 0.05);
    }

    private void assertAlike(String file, double share) throws Exception {
        List<Double> dl4j = cers("alma.jar", file, "dl4j");
        List<Double> torch = cers("alma-torch.jar", file, "torch");
        assertThat(dl4j).hasSize(3);
        for (int i = 0; i < dl4j.size(); i++) {
            assertThat(torch.get(i)).isCloseTo(dl4j.get(i), within(share * dl4j.get(i)));
        }
    }

    private List<Double> cers(String jar, String experiment, String engine) throws Exception {
        Path out = folder.resolve(engine);
        AlmaProcess run =
                AlmaProcess.java(
                        folder,
                        List.of("-jar", jar(jar).toString()),
                        "demo",
                        "--engine",
                        engine,
                        "--experiment",
                        experiment,
                        "--no-progress",
                        "--no-dashboard",
                        "--out",
                        out.toString());
        assertThat(run.status()).as(run.err()).isZero();
        String summary = Files.readString(out.resolve("summary.json"));
        assertThat(summary).contains("\"engine\" : \"" + engine + "\"");
        List<Double> cers = new ArrayList<>();
        for (Matcher m = CER.matcher(summary); m.find(); ) {
            cers.add(Double.parseDouble(m.group(1)));
        }
        return cers;
    }

    @Test
    void doctorTellsWhichEngineAJvmHas() throws Exception {
        assertThat(AlmaProcess.run(folder, "doctor").out())
                .contains("dl4j-cpu: can be used", "torch-cpu: can be used")
                .contains("engine of this JVM: dl4j (CPU, 1 thread)");
        List<String> torch = List.of("-jar", jar("alma-torch.jar").toString());
        assertThat(AlmaProcess.java(folder, torch, "doctor").out())
                .contains("engine of this JVM: torch (CPU, 1 thread)");
    }

    @Test
    void theWrongEngineAndTwoOfThemAreRefusedAtOnce() throws Exception {
        AlmaProcess wrong = AlmaProcess.run(folder, "demo", "--engine", "torch");
        assertThat(wrong.status()).isOne();
        assertThat(wrong.err().lines())
                .singleElement()
                .asString()
                .startsWith("alma: engine 'torch' is not on the class path (there: [dl4j])");
        String both = jar("alma.jar") + File.pathSeparator + jar("alma-torch.jar");
        AlmaProcess two =
                AlmaProcess.java(folder, List.of("-cp", both, "org.almaflow.local.Alma"), "demo");
        assertThat(two.status()).isOne();
        assertThat(two.err().lines())
                .singleElement()
                .asString()
                .contains("engines [dl4j, torch] are on one class path");
    }

    /** Nothing of one engine's in the other's folder, or among the libraries. */
    @Test
    void foldersAreApart() throws IOException {
        assertThat(jars("lib")).isNotEmpty().noneMatch(EnginesIT::isAnEngines);
        assertThat(jars("engines/dl4j-cpu"))
                .anyMatch(jar -> jar.startsWith("nd4j"))
                .noneMatch(jar -> jar.contains("torch"));
        assertThat(jars("engines/torch-cpu"))
                .anyMatch(jar -> jar.startsWith("pytorch"))
                .noneMatch(jar -> jar.contains("4j"));
    }

    private static boolean isAnEngines(String jar) {
        return jar.matches("(almaflow-engine|nd4j|deeplearning4j|pytorch|openblas|javacpp)-.*");
    }

    private static List<String> jars(String below) throws IOException {
        try (Stream<Path> jars = Files.list(AlmaProcess.home().resolve(below))) {
            return jars.map(jar -> jar.getFileName().toString()).toList();
        }
    }
}
