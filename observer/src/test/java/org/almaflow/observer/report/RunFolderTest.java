package org.almaflow.observer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.almaflow.schemas.Measure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    private static final String HEADER =
            "learner,family,waiting,seed,arrival,trained,error,totalMacs,sessions,arrivedAt,availableAt\n";
    private static final String ROW =
            "a,SM,chunks: 1,0,%d,true,%s,1000,1,2026-01-01T12:00:00Z,2026-01-01T12:00:02Z\n";

    @TempDir Path folder;

    private Path evaluations(String... rows) throws IOException {
        return Files.writeString(folder.resolve("evaluations.csv"), HEADER + String.join("", rows));
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> RunFolder.read(folder))
                .isInstanceOf(ReportException.class)
                .hasMessageContainingAll(parts)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void readsRowsInAnyOrder() throws IOException {
        evaluations(ROW.formatted(2, "0.25"), ROW.formatted(1, "0.5"));
        Files.writeString(
                folder.resolve("summary.json"),
                "{\"run\": \"r\", \"experiment\": \"e\", \"stream\": \"s\", \"chunks\": 2,"
                        + " \"learners\": [{\"id\": \"a\", \"untrainedError\": 0.9, \"settings\":"
                        + " {\"replay\": \"0.5\"}}]}");
        Files.writeString(
                folder.resolve("decisions.csv"),
                "learner,arrival,train,reason\na,1,true,\"1 of 1, as asked\"\n");
        ReportRun run = RunFolder.read(folder);
        assertThat(run.id()).isEqualTo("r");
        assertThat(run.chunks()).isEqualTo(2);
        assertThat(run.missing()).isEmpty();
        LearnerRun learner = run.learners().get(0);
        assertThat(learner.points()).extracting(ArrivalPoint::error).containsExactly(0.5, 0.25);
        assertThat(learner.points().get(0).lagSeconds()).isEqualTo(2);
        assertThat(learner.untrainedError()).isEqualTo(0.9);
        assertThat(learner.settings()).containsExactly(Map.entry("replay", "0.5"));
        assertThat(learner.decisions())
                .containsExactly(new DecisionPoint(1, true, "1 of 1, as asked"));
    }

    @Test
    void whatErrorsAreIsAColumnThatOlderRunsLack() throws IOException {
        evaluations(ROW.formatted(1, "0.5"));
        assertThat(RunFolder.read(folder).learners().get(0).measure()).isEqualTo(Measure.ERROR);

        String header = HEADER.replace("\n", ",measure\n");
        String row = ROW.formatted(1, "1.7").replace("\n", ",%s\n");
        Path file = folder.resolve("evaluations.csv");
        Files.writeString(file, header + row.formatted("CROSS_ENTROPY"));
        assertThat(RunFolder.read(folder).learners().get(0).measure())
                .isEqualTo(Measure.CROSS_ENTROPY);
        Files.writeString(file, header + row.formatted("GUESS"));
        assertRefused("'GUESS' in column measure is no measure");
    }

    @Test
    void saysWhatItCouldNotReadOfAnOlderRun() throws IOException {
        evaluations(ROW.formatted(1, "NaN"));
        assertThat(RunFolder.read(folder).missing())
                .hasSize(2)
                .anyMatch(note -> note.contains("has no summary.json"))
                .anyMatch(note -> note.contains("has no decisions.csv"));
    }

    @Test
    void refusesAFolderWithoutARun() {
        assertRefused("has no evaluations.csv", folder.toString(), "alma demo");
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> RunFolder.read(nowhere)).hasMessageContaining("is no folder");
    }

    @Test
    void namesTheLineThatCannotBeRead() throws IOException {
        evaluations(ROW.formatted(1, "0.5"), ROW.formatted(2, "half"));
        assertRefused("evaluations.csv line 3", "'half' in column error is no number");
    }

    @Test
    void namesTheLineThatIsCutShort() throws IOException {
        evaluations(ROW.formatted(1, "0.5"), "a,SM,chunks: 1,0,2,tr");
        assertRefused("evaluations.csv line 3");
    }

    @Test
    void refusesAnArrivalTwice() throws IOException {
        evaluations(ROW.formatted(1, "0.5"), ROW.formatted(1, "0.4"));
        assertRefused("line 3 has arrival 1 of learner a twice");
    }

    @Test
    void namesAMissingColumn() throws IOException {
        Files.writeString(folder.resolve("evaluations.csv"), "learner,error\na,0.5\n");
        assertRefused("has no column 'family'");
        Files.writeString(folder.resolve("evaluations.csv"), "");
        assertRefused("has no column 'learner'");
    }

    @Test
    void refusesASummaryThatIsNoJson() throws IOException {
        evaluations(ROW.formatted(1, "0.5"));
        Files.writeString(folder.resolve("summary.json"), "{");
        assertRefused("summary.json is no JSON");
    }

    @Test
    void refusesOneRunTwice() throws IOException {
        evaluations(ROW.formatted(1, "0.5"));
        assertThatThrownBy(() -> ReportRuns.inFolders(List.of(folder, folder)))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("name one of them");
    }
}
