package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.almaflow.pipeline.store.Checkpoints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");
    private static final String SUM = "a".repeat(64);

    @TempDir Path root;
    private Path model;
    private Retention retention;

    @BeforeEach
    void begin() throws IOException {
        model = root.resolve("models/run-1/w1/member-0-" + SUM + ".safetensors");
        Files.createDirectories(model.getParent());
        Files.writeString(model, "model");
        Files.setLastModifiedTime(model, FileTime.from(NOW.minusSeconds(60)));
        retention = retention(NOW);
    }

    private Retention retention(Instant now) {
        return new Retention(
                new Checkpoints(root.toUri(), "run-1", "job"),
                Clock.fixed(now, ZoneOffset.UTC),
                Runnable::run);
    }

    @AfterEach
    void end() {
        retention.close();
    }

    private Path checkpoint(String job, long id, String content) throws IOException {
        Path folder = root.resolve("runs/run-1/checkpoints/%s/chk-%d".formatted(job, id));
        Files.createDirectories(folder);
        return Files.writeString(folder.resolve("_metadata"), content);
    }

    private void pass(long checkpoint) {
        retention.snapshot(checkpoint);
        retention.complete(checkpoint);
    }

    @Test
    void aFileGoesWithTheCheckpointAfterTheOneThatDoesNotKnowIt() {
        pass(6);
        retention.expire(model.toUri().toString());
        retention.complete(6);
        assertThat(model).exists();
        pass(7);
        assertThat(model).exists();
        assertThat(retention.snapshot(8)).isNotEmpty();
        retention.complete(8);

        assertThat(model).doesNotExist();
        assertThat(retention.snapshot(9)).isEmpty();
    }

    @Test
    void aFileStaysWhileAnOlderCheckpointIsRetained() throws IOException {
        Path older = checkpoint("job", 6, SUM);
        checkpoint("job", 8, "");
        retention.expire(model.toUri().toString());
        pass(7);
        pass(8);
        assertThat(model).exists();

        Files.delete(older);
        Files.delete(older.getParent());
        pass(9);
        assertThat(model).doesNotExist();
    }

    @Test
    void aFileStaysThatACheckpointOfAnEarlierJobOrASavepointNames() throws IOException {
        checkpoint("earlier", 3, "x" + SUM);
        retention.expire(model.toUri().toString());
        pass(7);
        pass(8);
        assertThat(model).exists();
        assertThat(retention.snapshot(9)).containsOnlyKeys(model.toUri().toString());
    }

    @Test
    void anEarlierJobsCheckpointThatDoesNotNameItHoldsNothingUp() throws IOException {
        checkpoint("earlier", 3, "b".repeat(64));
        retention.expire(model.toUri().toString());
        pass(7);
        pass(8);
        assertThat(model).doesNotExist();
    }

    @Test
    void aFileThatCameIntoUseAgainStays() throws IOException {
        retention.expire(model.toUri().toString());
        retention.use(model.toUri().toString());
        pass(7);
        pass(8);
        assertThat(model).exists();

        retention.expire(model.toUri().toString());
        Files.setLastModifiedTime(model, FileTime.from(NOW.plus(Duration.ofSeconds(1))));
        pass(9);
        pass(10);
        assertThat(model).exists();
        assertThat(retention.snapshot(11)).isEmpty();
    }

    @Test
    void whatExpiredBeforeAFailureGoesAfterIt() {
        retention.expire(model.toUri().toString());
        Map<String, Long> stored = retention.snapshot(7);
        retention.close();

        retention = retention(NOW.plusSeconds(100));
        stored.forEach(retention::restore);
        pass(9);
        assertThat(model).exists();
        pass(10);
        assertThat(model).doesNotExist();
    }

    @Test
    void aFileOfAnotherRunIsNoneOfItsBusiness() throws IOException {
        Path other = root.resolve("models/run-2/w1/member-0-" + SUM + ".safetensors");
        Files.createDirectories(other.getParent());
        Files.writeString(other, "model");
        Files.setLastModifiedTime(other, FileTime.from(NOW.minusSeconds(60)));
        retention.expire(other.toUri().toString());
        pass(7);
        pass(8);
        assertThat(other).exists();
    }
}
