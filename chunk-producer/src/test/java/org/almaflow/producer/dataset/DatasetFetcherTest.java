package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFetcherTest {
    private static final byte[] ONE = TestingFiles.random(5_000, 1);
    private static final byte[] TWO = TestingFiles.random(3_000, 2);
    private static final List<DatasetFile> FILES =
            List.of(TestingFiles.file("one", ONE), TestingFiles.file("two", TWO));

    @TempDir Path temp;

    @Test
    void takesTheFilesOfTheFirstSourceThatHasThem() throws Exception {
        TestingSource first = whole("first");
        TestingSource second = whole("second");

        fetch(first, second);

        assertCacheIsWhole();
        assertThat(first.asked()).hasSize(1);
        assertThat(second.asked()).isEmpty();
    }

    @Test
    void asksTheNextSourceWhenOneFails() throws Exception {
        TestingSource second = whole("second");

        fetch(new TestingSource("first").failing("nobody there"), second);

        assertCacheIsWhole();
        assertThat(second.asked()).containsExactly(List.of("one", "two"));
    }

    @Test
    void neverTakesACutFileForGood() {
        TestingSource cut =
                new TestingSource("cut")
                        .with("one", Arrays.copyOf(ONE, 4_999))
                        .failing("cut after 4,999 bytes");

        assertThatThrownBy(() -> fetch(cut))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("data set toy")
                .hasMessageContaining("cut: cut after 4,999 bytes")
                .hasMessageContaining("one: expected 5,000 bytes, found 4,999");
        assertThat(contents()).isEmpty();
    }

    @Test
    void namesBothSumsOfAWrongFileAndDeletesIt() {
        byte[] wrong = ONE.clone();
        wrong[17] ^= 1;

        assertThatThrownBy(() -> fetch(new TestingSource("bad").with("one", wrong)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(
                        "one: expected SHA-256 %s, found %s", Sha256.of(ONE), Sha256.of(wrong));
        assertThat(contents()).isEmpty();
    }

    @Test
    void keepsTheGoodFilesOfAFailingSourceAndAsksTheNextForTheRest() throws Exception {
        TestingSource half = new TestingSource("half").with("one", ONE).failing("cut");
        TestingSource rest = new TestingSource("rest").with("two", TWO);

        fetch(half, rest);

        assertCacheIsWhole();
        assertThat(rest.asked()).containsExactly(List.of("two"));
    }

    @Test
    void listsEverySourceWithItsReasonWhenNoneWorks() {
        assertThatThrownBy(
                        () ->
                                fetch(
                                        new TestingSource("folder /data").failing("no such folder"),
                                        new TestingSource("npm package toy")
                                                .needing("npm")
                                                .failing("npm is not installed")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no source gave one, two")
                .hasMessageContaining("folder /data: no such folder")
                .hasMessageContaining("npm package toy: npm is not installed")
                .hasMessageContaining("--from")
                .hasMessageEndingWith(", or install npm")
                .hasMessageContaining(temp.resolve("toy").toString())
                .message()
                .doesNotContain("\n");
    }

    @Test
    void fetchesNothingWhenTheCacheIsWhole() throws Exception {
        fetch(whole("first"));
        TestingSource again = whole("again");

        fetch(again);

        assertThat(again.asked()).isEmpty();
    }

    @Test
    void replacesADamagedFileInTheCacheAndAsksForThatOneOnly() throws Exception {
        fetch(whole("first"));
        byte[] damaged = TWO.clone();
        damaged[0] ^= 1;
        Files.write(temp.resolve("toy").resolve("two"), damaged);
        TestingSource again = whole("again");

        fetch(again);

        assertCacheIsWhole();
        assertThat(again.asked()).containsExactly(List.of("two"));
    }

    @Test
    void twoAtOnceBothSucceed() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Void>> fetches = new ArrayList<>();
            for (String name : List.of("a", "b")) {
                fetches.add(
                        () -> {
                            fetch(whole(name).meeting(barrier));
                            return null;
                        });
            }
            for (Future<Void> done : threads.invokeAll(fetches)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertCacheIsWhole();
    }

    @Test
    void sweepsWhatAKilledFetchLeftADayAgoButNotWhatIsUnderWay() throws Exception {
        Path folder = temp.resolve("toy");
        Path old = Files.createDirectories(folder.resolve(".fetch-old"));
        Files.writeString(old.resolve("one"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path young = Files.createDirectories(folder.resolve(".fetch-young"));

        fetch(whole("source"));

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void namesACacheFolderThatCannotBeMade() throws Exception {
        Files.writeString(temp.resolve("toy"), "a file where the folder must be");

        assertThatThrownBy(() -> fetch(whole("source")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("cache folder " + temp.resolve("toy"))
                .hasMessageContaining("ALMAFLOW_DATASETS");
    }

    @Test
    void tellsTheListenerWhatHappens() throws Exception {
        List<String> heard = new ArrayList<>();
        DatasetProgress progress =
                new DatasetProgress() {
                    @Override
                    public void trying(String dataset, String source) {
                        heard.add("trying " + source + " for " + dataset);
                    }

                    @Override
                    public void failed(String source, String reason) {
                        heard.add(source + " failed: " + reason);
                    }
                };

        new DatasetFetcher(
                        "toy",
                        FILES,
                        List.of(new TestingSource("a").failing("closed"), whole("b")),
                        progress)
                .fetch(temp.resolve("toy"));

        assertThat(heard)
                .containsExactly("trying a for toy", "a failed: closed", "trying b for toy");
    }

    private static TestingSource whole(String name) {
        return new TestingSource(name).with("one", ONE).with("two", TWO);
    }

    private void fetch(DatasetSource... sources) throws InterruptedException {
        new DatasetFetcher("toy", FILES, List.of(sources), DatasetProgress.NONE)
                .fetch(temp.resolve("toy"));
    }

    private void assertCacheIsWhole() throws IOException {
        assertThat(contents()).containsExactlyInAnyOrder("one", "two");
        assertThat(temp.resolve("toy").resolve("one")).hasBinaryContent(ONE);
        assertThat(temp.resolve("toy").resolve("two")).hasBinaryContent(TWO);
    }

    private List<String> contents() {
        try (Stream<Path> files = Files.list(temp.resolve("toy"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
