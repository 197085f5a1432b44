package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole fetches over a web server that cuts connections. */
class WebSourcesTest {
    private static final byte[] ONE = TestingFiles.random(200_000, 4);
    private static final byte[] TWO = TestingFiles.random(1_000, 5);
    private static final List<DatasetFile> FILES =
            List.of(TestingFiles.file("one", ONE), TestingFiles.file("two", TWO));
    private static final DownloadLimits TWICE =
            new DownloadLimits(
                    Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), 2);

    @TempDir Path temp;
    private TestingWeb web;
    private PartFiles parts;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        web = new TestingWeb();
        web.serve("data/one.gz", TestingFiles.gzip(ONE));
        web.serve("data/two.gz", TestingFiles.gzip(TWO));
        web.serve("data/all.tar.gz", TestingFiles.tarGz(Map.of("one", ONE, "two", TWO)));
        parts = new PartFiles(temp.resolve(".parts"), new Download(TWICE));
        folder = temp.resolve("toy");
    }

    @AfterEach
    void stop() {
        web.close();
    }

    @Test
    void unpacksOneGzipFileAFile() throws Exception {
        fetch(files());

        assertWhole();
    }

    @Test
    void unpacksAnArchive() throws Exception {
        fetch(archive());

        assertWhole();
    }

    @Test
    void aCutInTheMiddleIsMadeGoodInTheSameRun() throws Exception {
        web.cutting(1, 50_000, this::stored);

        fetch(archive());

        assertWhole();
    }

    @Test
    void aDownloadThatStaysCutLeavesNothingInTheCacheAndGoesOnInTheNextRun() throws Exception {
        web.cutting(2, 50_000, this::stored);

        assertThatThrownBy(() -> fetch(archive()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(web.address("data/all.tar.gz") + ": cut after");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }

        fetch(archive());

        assertWhole();
        assertThat(web.requests().get(2)).isEqualTo("/data/all.tar.gz bytes=100000-");
    }

    @Test
    void aDownloadThatStaysCutMakesRoomForTheNextSource() throws Exception {
        web.cutting(2, 10, this::stored);

        fetch(files(), archive());

        assertWhole();
    }

    @Test
    void somethingElseThanTheArchiveIsNamedAndForgotten() {
        web.serve("data/all.tar.gz", "<html>Sign in</html>".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> fetch(archive()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("archive.tar.gz is cut or no gzip file");

        web.serve("data/all.tar.gz", TestingFiles.tarGz(Map.of("one", ONE, "two", TWO)));
        assertThat(temp.resolve(".parts")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void whoDoesNotGetTheLockDownloadsForHimself() throws Exception {
        fetchArchiveOnce();
        Path lockFile;
        try (Stream<Path> files = Files.list(temp.resolve(".parts"))) {
            lockFile = files.filter(f -> f.toString().endsWith(".lock")).findFirst().orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            fetch(archive());
        }
        assertWhole();
    }

    private void fetchArchiveOnce() throws IOException, InterruptedException {
        parts.fetch(web.address("data/all.tar.gz"), temp.resolve("once"), DatasetProgress.NONE);
    }

    private DatasetSource files() {
        return new WebFilesSource(web.address("data/"), parts);
    }

    private DatasetSource archive() {
        return new WebArchiveSource(web.address("data/all.tar.gz"), parts);
    }

    private void fetch(DatasetSource... sources) throws InterruptedException {
        new DatasetFetcher("toy", FILES, List.of(sources), DatasetProgress.NONE).fetch(folder);
    }

    private void assertWhole() {
        assertThat(folder.resolve("one")).hasBinaryContent(ONE);
        assertThat(folder.resolve("two")).hasBinaryContent(TWO);
    }

    /** Size of the one download under way. */
    private long stored() {
        File[] files =
                temp.resolve(".parts").toFile().listFiles(file -> file.getName().endsWith(".part"));
        return Arrays.stream(files).mapToLong(File::length).sum();
    }
}
