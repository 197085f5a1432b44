package org.almaflow.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.almaflow.pipeline.store.Garbage.Finding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GarbageTest {
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");
    private static final Duration AGE = Duration.ofDays(1);
    private static final Instant OLD = NOW.minus(Duration.ofHours(25));
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);
    private static final String MODEL = "models/run-1/w1/member-0-%s.safetensors";

    @TempDir Path root;

    private Path file(String place, String content) throws IOException {
        Path file = root.resolve(place);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content, StandardCharsets.ISO_8859_1);
        return Files.setLastModifiedTime(file, FileTime.from(OLD));
    }

    private List<Finding> search(String events, URI... savepoints) throws IOException {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        return new Garbage(root.toUri(), AGE, List.of(savepoints), clock)
                .search(reader -> reader.accept(events.getBytes(StandardCharsets.ISO_8859_1)))
                .abandoned();
    }

    private List<String> places(String events, URI... savepoints) throws IOException {
        return search(events, savepoints).stream().map(Finding::place).toList();
    }

    @BeforeEach
    void twoModels() throws IOException {
        file(MODEL.formatted(A), "a");
        file(MODEL.formatted(B), "bb");
    }

    @Test
    void aModelStaysThatAnEventNames() throws IOException {
        assertThat(places("\u0080\u0001" + A + "0")).containsExactly(MODEL.formatted(B));
        assertThat(search("")).hasSize(2);
        assertThat(search("").get(0).reason()).contains("no committed event and no checkpoint");
    }

    @Test
    void aModelStaysThatACheckpointNames() throws IOException {
        file("runs/run-1/checkpoints/job/chk-7/_metadata", "x" + B + "y");

        assertThat(places("")).containsExactly(MODEL.formatted(A));
    }

    @Test
    void aModelStaysThatASavepointElsewhereNames(@TempDir Path elsewhere) throws IOException {
        Files.writeString(Files.createDirectories(elsewhere.resolve("sp")).resolve("state"), A);

        assertThat(places("", elsewhere.toUri())).containsExactly(MODEL.formatted(B));
    }

    @Test
    void aChunkStaysThatTheLogOfARunNamesWhichCanGoOn() throws IOException {
        String chunk = "chunks/toy/plan/train-000001-" + A.substring(0, 16) + ".chunk";
        file(chunk, "examples");
        String log = "runs/run-1/arrivals/toy/000001";
        file(log, A);

        assertThat(places("")).contains(chunk, log);
        file("runs/run-1/checkpoints/job/chk-1/_metadata", "");
        assertThat(places("")).doesNotContain(chunk, log);
    }

    @Test
    void stagedSlicesStayWhileTheirRunCanGoOn() throws IOException {
        String slice = "runs/run-1/staging/toy/plan/000003/000000-0a0b0c0d.slice";
        file(slice, "examples");
        String mark = "runs/run-1/done/w1";
        file(mark, "");

        assertThat(places("")).contains(slice).doesNotContain(mark);
        assertThat(places("", root.resolve("sp").toUri())).doesNotContain(slice);
        Path lease = file("runs/run-1/lease", "job 1");
        assertThat(places("")).contains(slice);
        Files.setLastModifiedTime(lease, FileTime.from(NOW));
        assertThat(places("")).doesNotContain(slice);
    }

    @Test
    void whatIsYoungStaysAndAnUnfinishedWriteGoes() throws IOException {
        String write = "models/run-1/w1/.01234567-89ab-cdef-0123-456789abcdef.tmp";
        Path file = file(write, "half");
        assertThat(places(A + B)).containsExactly(write);

        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(AGE).plusSeconds(1)));
        assertThat(places(A + B)).isEmpty();
    }

    @Test
    void whatTheStoresDoNotWriteStays() throws IOException {
        file("models/README", "notes");
        file("chunks/toy/notes.txt", "notes");
        file("data/member-0-" + A + ".safetensors", "elsewhere");

        assertThat(places(A + B)).isEmpty();
    }

    @Test
    void onlyWhatWasNotUsedSinceIsRemoved() throws IOException {
        List<Finding> found = search("");
        Path used = root.resolve(MODEL.formatted(A));
        new ModelFileAgain(used).write();

        assertThat(Garbage.remove(found))
                .extracting(Finding::place)
                .containsExactly(MODEL.formatted(B));
        assertThat(used).exists();
        assertThat(root.resolve(MODEL.formatted(B))).doesNotExist();
    }

    /** Stores the same content again, as a job does that starts anew. */
    private record ModelFileAgain(Path file) {
        void write() throws IOException {
            var path = new org.apache.flink.core.fs.Path(file.toUri());
            StoreFiles.store(path, Files.readAllBytes(file));
        }
    }

    @Test
    void aFileThatIsUsedAgainIsYoungAgain() throws IOException {
        Path file = root.resolve(MODEL.formatted(A));
        byte[] before = Files.readAllBytes(file);

        new ModelFileAgain(file).write();

        assertThat(Files.getLastModifiedTime(file).toInstant()).isAfter(OLD);
        assertThat(file).hasBinaryContent(before);
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void sumsAreFoundAcrossBlocksAndBesideDigits() throws IOException {
        String noise = "\u0001".repeat((1 << 20) - 30);
        FileNames names = new FileNames();
        names.add(
                new ByteArrayInputStream(
                        (noise + A + "7" + noise + "f" + B).getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(names.contains(A)).isTrue();
        assertThat(names.contains(B.substring(0, 16))).isTrue();
        assertThat(names.contains("c".repeat(16))).isFalse();
    }
}
