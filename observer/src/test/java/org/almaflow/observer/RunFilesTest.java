package org.almaflow.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
    @TempDir Path folder;

    @Test
    void summaryHasTheKeysAndTheirValues() throws IOException {
        RunFiles.in(folder.resolve("new/out")).write(TestingEvents.wholeRun());
        JsonNode summary =
                new ObjectMapper().readTree(folder.resolve("new/out/summary.json").toFile());
        assertThat(summary.get("stream").asText()).isEqualTo("toy");
        assertThat(summary.get("arrivals").asLong()).isEqualTo(3);
        assertThat(summary.get("complete").asBoolean()).isTrue();
        JsonNode learner = summary.get("learners").get(0);
        assertThat(learner.fieldNames())
                .toIterable()
                .containsExactly(
                        "id",
                        "family",
                        "waiting",
                        "seed",
                        "arrivals",
                        "finalError",
                        "cer",
                        "cerPerArrival",
                        "untrainedError",
                        "cumulativeParameters",
                        "trainForwardMacs",
                        "totalMacs",
                        "sessions",
                        "epochs",
                        "examplesTrained",
                        "trainSeconds",
                        "peakMemoryBytes",
                        "wallSeconds",
                        "measure",
                        "finalPerplexity",
                        "settings");
        assertThat(learner.get("cer").asDouble()).isEqualTo(0.875);
        assertThat(learner.get("cerPerArrival").asDouble()).isEqualTo(0.875 / 3);
        assertThat(learner.get("untrainedError").asDouble()).isEqualTo(0.9);
        assertThat(learner.get("wallSeconds").asDouble()).isEqualTo(22.0);
        assertThat(learner.at("/settings/wait").asText()).isEqualTo("chunks: 1");
    }

    @Test
    void tablesHaveOneRowForEachArrivalAndSession() throws IOException {
        RunFiles.in(folder).write(TestingEvents.wholeRun());
        List<String> evaluations = Files.readAllLines(folder.resolve("evaluations.csv"));
        assertThat(evaluations).hasSize(1 + 3);
        assertThat(evaluations.get(0)).startsWith("learner,family,waiting,seed,arrival,");
        assertThat(evaluations.get(2))
                .isEqualTo(
                        "a,SM,chunks: 1,7,2,true,2,0.25,0.5,1000,0.0,100,200,2000000,6000000,2,8,"
                            + "1440,1.0,2.0,2026-01-01T12:00:20Z,2026-01-01T12:00:22Z,0,0.0,0.0,0.0,0,"
                            + "ERROR,0.0");
        List<String> sessions = Files.readAllLines(folder.resolve("sessions.csv"));
        assertThat(sessions).hasSize(1 + 3);
        assertThat(sessions.get(1))
                .isEqualTo(
                        "a,0,1,1,because,1,180,20,4,20,0.125,0.15,0.95,0.96,720,1000000,3200000,"
                                + "0.5,3145728,2026-01-01T12:00:11Z,0.0");
    }

    @Test
    void isTheSameInEveryLocale() throws IOException {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            RunFiles.in(folder).write(TestingEvents.wholeRun());
        } finally {
            Locale.setDefault(before);
        }
        assertThat(folder.resolve("evaluations.csv")).content().contains(",0.25,");
        assertThat(folder.resolve("summary.json")).content().contains("\"cer\" : 0.875");
    }

    @Test
    void everyDecisionIsARowWithItsReasonAndFigures() throws IOException {
        RunLedger ledger = TestingEvents.wholeRun();
        ledger.add(TestingEvents.decision("a", 2, true).build());
        ledger.add(TestingEvents.decision("a", 1, false).setTimer(true).build());
        ledger.add(TestingEvents.decision("a", 1, true).build()); // was seen
        RunFiles.in(folder).write(ledger);

        assertThat(Files.readAllLines(folder.resolve("decisions.csv")))
                .containsExactly(
                        "learner,waiting,decision,arrival,timer,train,reason,bufferedChunks,"
                                + "bufferedExamples,sessions,figures,at",
                        "a,error-driven: {margin: 0.02},1,1,true,false,because,1,1200,0,"
                                + "allowed=5400.0 error=0.03125,2026-01-01T12:00:10Z",
                        "a,error-driven: {margin: 0.02},2,2,false,true,because,2,2400,1,"
                                + "allowed=5400.0 error=0.03125,2026-01-01T12:00:20Z");
    }

    @Test
    void whatIsNotKnownIsNullInJson() throws IOException {
        RunLedger ledger = new RunLedger("run-1", "toy", List.of());
        ledger.add(TestingEvents.evaluation("a", 1, Double.NaN).build());
        RunFiles.in(folder).write(ledger);
        JsonNode learner =
                new ObjectMapper()
                        .readTree(folder.resolve("summary.json").toFile())
                        .at("/learners/0");
        assertThat(learner.get("finalError").isNull()).isTrue();
        assertThat(learner.get("untrainedError").isNull()).isTrue();
    }

    @Test
    void writingAgainReplacesAndLeavesNothingElse() throws IOException {
        RunFiles files = RunFiles.in(folder);
        files.write(new RunLedger("run-1", "toy", List.of()));
        files.write(TestingEvents.wholeRun());
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "summary.json", "evaluations.csv", "sessions.csv", "decisions.csv");
        }
        assertThat(folder.resolve("evaluations.csv")).content().hasLineCount(4);
    }

    @Test
    void refusesAFolderNobodyMayWriteTo() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
        assertThatThrownBy(() -> RunFiles.in(locked))
                .isInstanceOf(OutputException.class)
                .hasMessageContainingAll("cannot write", locked.toString(), "--out");
    }

    @Test
    void refusesAFileInThePlaceOfTheFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> RunFiles.in(file))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("is not a folder");
    }
}
