package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
    private static final byte[] CONTENT = TestingFiles.random(300_000, 3);
    private static final DownloadLimits LIMITS =
            new DownloadLimits(
                    Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), 3);

    @TempDir Path temp;
    private TestingWeb web;
    private Path part;

    @BeforeEach
    void start() throws IOException {
        web = new TestingWeb().serve("file", CONTENT);
        part = temp.resolve("part");
    }

    @AfterEach
    void stop() {
        web.close();
    }

    @Test
    void downloadsAFileAndTellsHowFarItIs() throws Exception {
        List<Long> done = new ArrayList<>();
        DatasetProgress progress =
                new DatasetProgress() {
                    @Override
                    public void bytes(String what, long bytes, long total) {
                        assertThat(what).isEqualTo("file");
                        assertThat(total).isEqualTo(CONTENT.length);
                        done.add(bytes);
                    }
                };

        new Download(LIMITS).fetch(web.address("file"), part, progress);

        assertThat(part).hasBinaryContent(CONTENT);
        assertThat(done).isSorted().last().isEqualTo((long) CONTENT.length);
    }

    @Test
    void goesOnWhereTheConnectionWasCut() throws Exception {
        web.cutting(2, 100_000, this::stored);

        fetch();

        assertThat(part).hasBinaryContent(CONTENT);
        assertThat(web.requests())
                .containsExactly("/file", "/file bytes=100000-", "/file bytes=200000-");
    }

    @Test
    void startsAgainWhereTheServerKnowsNoRanges() throws Exception {
        web.withoutRanges().cutting(1, 100_000, this::stored);

        fetch();

        assertThat(part).hasBinaryContent(CONTENT);
    }

    @Test
    void goesOnWithWhatAnEarlierRunLeft() throws Exception {
        Files.write(part, Arrays.copyOf(CONTENT, 250_000));

        fetch();

        assertThat(part).hasBinaryContent(CONTENT);
        assertThat(web.requests()).containsExactly("/file bytes=250000-");
    }

    @Test
    void startsAgainWhenTheEarlierRunLeftMoreThanThereIs() throws Exception {
        Files.write(part, new byte[CONTENT.length + 5]);

        fetch();

        assertThat(part).hasBinaryContent(CONTENT);
    }

    @Test
    void givesUpWhenItIsCutAgainAndAgainAndKeepsWhatCame() throws Exception {
        web.cutting(99, 1_000, this::stored);

        assertThatThrownBy(this::fetch)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut after");
        assertThat(web.requests()).hasSize(3);
        assertThat(part).hasSize(3_000);
    }

    @Test
    void givesUpAtOnceWhenThereIsNoSuchFile() {
        assertThatThrownBy(
                        () ->
                                new Download(LIMITS)
                                        .fetch(web.address("other"), part, DatasetProgress.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("404");
        assertThat(web.requests()).hasSize(1);
    }

    @Test
    void givesUpWhenNothingComesAnyMore() {
        web.silent();
        DownloadLimits hasty =
                new DownloadLimits(
                        Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(100), 1);

        assertThatThrownBy(
                        () ->
                                new Download(hasty)
                                        .fetch(web.address("file"), part, DatasetProgress.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing came for 0.100 s");
    }

    @Test
    void givesUpWhenNobodyAnswers() throws Exception {
        DownloadLimits hasty =
                new DownloadLimits(
                        Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofSeconds(10), 3);
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            URI address = URI.create("http://127.0.0.1:%d/file".formatted(mute.getLocalPort()));

            assertThatThrownBy(() -> new Download(hasty).fetch(address, part, DatasetProgress.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within 0.100 s");
        }
    }

    @Test
    void saysSoWhenNobodyIsThere() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        URI address = URI.create("http://127.0.0.1:%d/file".formatted(port));

        assertThatThrownBy(() -> new Download(LIMITS).fetch(address, part, DatasetProgress.NONE))
                .isInstanceOfSatisfying(
                        IOException.class,
                        e -> assertThat(Reasons.of(e)).isEqualTo("cannot connect"));
    }

    private void fetch() throws IOException, InterruptedException {
        new Download(LIMITS).fetch(web.address("file"), part, DatasetProgress.NONE);
    }

    private long stored() {
        return part.toFile().length();
    }
}
