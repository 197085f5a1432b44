package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long runs that are interrupted: {@code alma demo --resume}. */
class DemoResumeTest {
    /** Columns that depend on the process: times, and memory that it happened to hold. */
    private static final Set<String> CHANCE =
            Set.of(
                    "peakMemoryBytes",
                    "trainSeconds",
                    "lagSeconds",
                    "arrivedAt",
                    "availableAt",
                    "seconds",
                    "queuedSeconds",
                    "closedAt",
                    "at");

    @TempDir Path folder;
    private Path experiment;
    private Path out;

    @BeforeEach
    void addALearnerThatDecidesByItsOwnCurve() throws IOException {
        experiment = TestingExperiment.write(folder, 40, "200ms");
        Files.writeString(
                experiment,
                Files.readString(experiment)
                        + "  - {id: adaptive, wait: {adaptive: {price: 0.01}}}\n");
        out = folder.resolve("out");
    }

    @Test
    void aKilledRunGoesOnAndEndsAsIfItHadNotBeenKilled() throws Exception {
        try (TestingProcess killed = demo("killed")) {
            killed.awaitLine("arrival 10/40");
            killed.kill();
        }
        Instant second = Instant.now();
        try (TestingProcess goesOn = demo("goes-on")) {
            assertThat(goesOn.end()).as(goesOn.console()).isZero();
            assertThat(run(goesOn.console())).isEqualTo(run(Files.readString(console("killed"))));
            assertThat(goesOn.console()).contains("40 of 40 arrivals");
        }
        List<String> evaluations = Files.readAllLines(out.resolve("evaluations.csv"));
        int arrivedAt = Arrays.asList(evaluations.get(0).split(",")).indexOf("arrivedAt");
        assertThat(Instant.parse(evaluations.get(1).split(",")[arrivedAt])).isBefore(second);

        AlmaRun whole =
                AlmaRun.of(
                        "demo",
                        "--experiment",
                        experiment.toString(),
                        "--out",
                        folder.resolve("whole").toString());
        assertThat(whole.status()).as(whole.err()).isZero();
        for (String table : List.of("evaluations.csv", "sessions.csv", "decisions.csv")) {
            assertThat(figures(out.resolve(table)))
                    .hasSizeGreaterThan(4)
                    .isEqualTo(figures(folder.resolve("whole").resolve(table)));
        }
        assertThat(out.resolve(".alma-work")).doesNotExist();
        assertThat(out.resolve("runs")).doesNotExist();
        isNotRunAgain();
    }

    private void isNotRunAgain() throws IOException {
        byte[] before = Files.readAllBytes(out.resolve("evaluations.csv"));
        AlmaRun again = AlmaRun.of(arguments());
        assertThat(again.status()).isZero();
        assertThat(again.out()).contains("has all results of this experiment");
        assertThat(out.resolve("evaluations.csv")).hasBinaryContent(before);
        List<String> other = new ArrayList<>(List.of(arguments()));
        other.addAll(List.of("--seed", "5"));
        CommandLineTest.assertFails(2, "is not what ran in " + out, other.toArray(String[]::new));
    }

    @Test
    void ctrlCKeepsWhatItTakesToGoOn() throws Exception {
        try (TestingProcess stopped = demo("stopped")) {
            stopped.awaitLine("arrival 3/40");
            stopped.signal("INT");
            assertThat(stopped.end()).isEqualTo(DemoRun.STOPPED);
            assertThat(stopped.console()).contains("the same command goes on");
        }
        assertThat(out.resolve("summary.json")).content().contains("\"complete\" : false");
        try (TestingProcess goesOn = demo("goes-on")) {
            assertThat(goesOn.end()).as(goesOn.console()).isZero();
        }
        assertThat(out.resolve("summary.json")).content().contains("\"complete\" : true");
    }

    private TestingProcess demo(String console) throws IOException {
        return TestingProcess.start(console(console), arguments());
    }

    private String[] arguments() {
        return new String[] {
            "demo", "--experiment", experiment.toString(), "--out", out.toString(), "--resume"
        };
    }

    private Path console(String name) {
        return folder.resolve(name + ".txt");
    }

    private static String run(String console) {
        Matcher run = Pattern.compile("^run (\\S+)", Pattern.MULTILINE).matcher(console);
        assertThat(run.find()).isTrue();
        return run.group(1);
    }

    /** A table without those columns; texts in quotes may have commas and are not cut. */
    private static List<String> figures(Path table) throws IOException {
        List<String> lines = Files.readAllLines(table);
        List<String> header = cells(lines.get(0));
        List<String> figures = new ArrayList<>();
        for (String line : lines) {
            List<String> cells = cells(line);
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < cells.size(); i++) {
                row.append(CHANCE.contains(header.get(i)) ? "" : cells.get(i)).append(';');
            }
            figures.add(row.toString());
        }
        return figures;
    }

    private static List<String> cells(String line) {
        return List.of(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1));
    }
}
