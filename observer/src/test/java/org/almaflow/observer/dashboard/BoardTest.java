package org.almaflow.observer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.almaflow.observer.Metric;
import org.almaflow.observer.Observation;
import org.almaflow.observer.TestingEvents;
import org.almaflow.observer.dashboard.FeedStatus.State;
import org.junit.jupiter.api.Test;

class BoardTest {
    private static final Instant NOW = Instant.parse("2026-01-01T13:00:00Z");

    private final Board board = new Board(Clock.fixed(NOW, ZoneOffset.UTC));
    private final TestingPage page = new TestingPage(board, Optional.empty());

    @Test
    void aPageThatWatchedAllAlongKnowsWhatALatePageKnows() {
        Random random = new Random(3);
        TestingScene scene = new TestingScene("run", 5, 0, NOW);
        for (long arrival = 0; arrival <= 2 * RunBoard.MOST_POINTS + 17; arrival++) {
            scene.arrivals(arrival, arrival).forEach(board::take);
            if (random.nextInt(10) == 0) {
                page.look();
            }
        }
        page.look();
        TestingPage late = new TestingPage(board, Optional.empty());
        late.look();
        assertThat(page.messages()).isGreaterThan(100);
        assertThat(page.message().get("whole").asBoolean()).isFalse();
        assertThat(late.messages()).isEqualTo(1);
        assertThat(page.knowledge()).isEqualTo(late.knowledge());
        assertThat(page.look()).isFalse();
    }

    @Test
    void aLongCurveIsThinnedToMultiplesAndTheNewest() {
        long last = 2 * RunBoard.MOST_POINTS + 3;
        new TestingScene("run", 1, 0, NOW).arrivals(0, last).forEach(board::take);
        page.look();
        List<Long> expected =
                LongStream.concat(
                                LongStream.rangeClosed(0, last / 4).map(i -> 4 * i),
                                LongStream.of(last))
                        .distinct()
                        .boxed()
                        .toList();
        assertThat(page.arrivals(0)).isEqualTo(expected);
    }

    @Test
    void whatIsReadTwiceChangesNothing() {
        List<Observation> events = new TestingScene("run", 4, 10, NOW).arrivals(0, 10);
        events.forEach(board::take);
        page.look();
        List<Object> before = page.knowledge();
        events.subList(4, events.size()).forEach(board::take);
        assertThat(page.look()).isFalse();
        assertThat(page.knowledge()).isEqualTo(before);
    }

    @Test
    void aPageThatIsFarBehindGetsEverythingAnewAndOnce() {
        TestingScene scene = new TestingScene("run", 50, 1000, NOW);
        scene.arrivals(0, 10).forEach(board::take);
        page.look();
        scene.arrivals(11, 1000).forEach(board::take);
        page.look();
        assertThat(page.message().get("whole").asBoolean()).isTrue();
        assertThat(page.arrivals(49)).hasSize(1001);
        assertThat(page.run().get("complete").asBoolean()).isTrue();
    }

    @Test
    void aPageOfAnEarlierServerGetsEverythingAnew() {
        new TestingScene("run", 2, 10, NOW).arrivals(0, 3).forEach(board::take);
        Cursor foreign = new Cursor("earlier", 1, 1_000_000);
        Board.Update update = board.since(foreign, Optional.empty()).orElseThrow();
        assertThat(TestingPage.read(update.json()).get("whole").asBoolean()).isTrue();
        page.look();
        board.clear();
        new TestingScene("run", 1, 10, NOW).arrivals(0, 3).forEach(board::take);
        page.look();
        assertThat(page.message().get("whole").asBoolean()).isTrue();
        assertThat(page.message().get("learners")).hasSize(1);
    }

    @Test
    void theNewestRunIsShownUnlessAnotherIsWanted() {
        TestingPage faithful = new TestingPage(board, Optional.of("old"));
        new TestingScene("old", 2, 10, NOW).arrivals(0, 3).forEach(board::take);
        page.look();
        faithful.look();
        new TestingScene("new", 1, 10, NOW.plusSeconds(60)).arrivals(0, 3).forEach(board::take);
        page.look();
        faithful.look();
        assertThat(page.run().get("id").asText()).isEqualTo("new");
        assertThat(page.message().get("whole").asBoolean()).isTrue();
        assertThat(faithful.run().get("id").asText()).isEqualTo("old");
        assertThat(faithful.message().get("whole").asBoolean()).isFalse();
        assertThat(faithful.message().get("runs").findValuesAsText("id"))
                .containsExactly("new", "old");
    }

    @Test
    void aRunThatIsNotThereIsNone() {
        new TestingScene("run", 2, 10, NOW).arrivals(0, 3).forEach(board::take);
        TestingPage lost = new TestingPage(board, Optional.of("other"));
        lost.look();
        assertThat(lost.run()).isNull();
        assertThat(lost.message().get("runs")).hasSize(1);
    }

    @Test
    void theOldestRunsAreForgotten() {
        for (int i = 0; i <= Board.MOST_RUNS; i++) {
            new TestingScene("run-" + i, 1, 10, NOW.plusSeconds(60L * i))
                    .arrivals(0, 1)
                    .forEach(board::take);
        }
        page.look();
        assertThat(page.message().get("runs").findValuesAsText("id"))
                .hasSize(Board.MOST_RUNS)
                .startsWith("run-20", "run-19")
                .endsWith("run-1");
    }

    @Test
    void aLearnerThatIsStartedAnewLosesItsCurve() {
        new TestingScene("run", 2, 10, NOW).arrivals(0, 6).forEach(board::take);
        page.look();
        new TestingScene("run", 1, 10, NOW.plusSeconds(100)).arrivals(0, 2).forEach(board::take);
        page.look();
        assertThat(page.message().get("whole").asBoolean()).isFalse();
        assertThat(page.arrivals(0)).containsExactly(0L, 1L, 2L);
        assertThat(page.arrivals(1)).hasSize(7);
        TestingPage late = new TestingPage(board, Optional.empty());
        late.look();
        assertThat(page.knowledge()).isEqualTo(late.knowledge());
    }

    @Test
    void saysWhatPoliciesHoldAndWhatSessionsDo() {
        new TestingScene("run", 4, 20, NOW).arrivals(0, 10).forEach(board::take);
        page.look();
        assertThat(page.message().at("/learners/0/training")).hasSize(1);
        assertThat(page.message().at("/learners/0/training/0/epoch").asInt()).isEqualTo(8);
        assertThat(page.message().at("/learners/1/training")).isEmpty();
        assertThat(page.message().at("/learners/1/typicalEpochs").asInt()).isEqualTo(8);
        assertThat(page.message().at("/learners/1/typicalMillis").asDouble())
                .as("1 s for 8 epochs of 180 examples")
                .isEqualTo(1000.0 / (8 * 180));
        assertThat(page.message().at("/learners/3/typicalMillis").isNull()).isTrue();
        assertThat(page.message().at("/learners/3/training/0/queuedSeconds").asDouble())
                .isEqualTo(1.5);
        assertThat(page.message().at("/learners/1/decision/train").asBoolean()).isTrue();
        new TestingScene("run", 4, 20, NOW).arrivals(11, 11).forEach(board::take);
        page.look();
        assertThat(page.message().at("/learners/2/decision/chunks").asInt()).isEqualTo(1);
        assertThat(page.message().at("/learners/2/decision/reason").asText())
                .isEqualTo("waits for 4 more chunks");
        assertThat(page.message().at("/run/arrival").asLong()).isEqualTo(11);
    }

    @Test
    void countsEachDeadLetterOfTheStreamOnce() {
        new TestingScene("run", 1, 10, NOW).arrivals(0, 1).forEach(board::take);
        for (long offset : new long[] {1, 2, 1, 3}) {
            board.take(TestingScene.letter(offset, NOW));
        }
        board.take(
                TestingScene.seen(
                        Metric.DEAD_LETTERS,
                        9,
                        TestingEvents.deadLetter(9).setStream("another").build()));
        page.look();
        assertThat(page.message().at("/letters/total").asInt()).isEqualTo(3);
        assertThat(page.message().at("/letters/reasons/CORRUPT").asInt()).isEqualTo(2);
        assertThat(page.message().at("/letters/newest/0/offset").asInt()).isEqualTo(3);
        assertThat(page.message().at("/letters/others").asInt()).isEqualTo(1);
    }

    /** A record that cannot be decoded is of the stream that its key names, whatever that is. */
    @Test
    void lettersOfOtherStreamsAreCountedToo() {
        new TestingScene("run", 1, 10, NOW).arrivals(0, 1).forEach(board::take);
        page.look();
        assertThat(page.message().has("letters")).isFalse();
        for (long offset : new long[] {9, 9, 10}) {
            board.take(
                    TestingScene.seen(
                            Metric.DEAD_LETTERS,
                            offset,
                            TestingEvents.deadLetter(offset).setStream("key-" + offset).build()));
        }
        page.look();
        assertThat(page.message().at("/letters/total").asInt()).isZero();
        assertThat(page.message().at("/letters/others").asInt()).isEqualTo(2);
        assertThat(page.message().at("/letters/newest")).isEmpty();
    }

    @Test
    void tellsWhatCouldNotBeReadAndHowItStandsWithKafka() {
        board.take(new Observation.Unreadable(Metric.SESSIONS, "alma.sessions-0@7", "noise"));
        board.status(State.LOST, "gone");
        page.look();
        assertThat(page.message().get("skipped").asInt()).isEqualTo(1);
        assertThat(page.message().get("skippedLast").asText())
                .isEqualTo("alma.sessions-0@7: noise");
        assertThat(page.message().at("/status/state").asText()).isEqualTo("lost");
        assertThat(board.status(State.LOST, "gone")).isFalse();
        assertThat(page.look()).isFalse();
    }

    @Test
    void listsTheSnapshotsOfALearnerNewestFirst() {
        new TestingScene("run", 2, 1000, NOW).arrivals(0, 300).forEach(board::take);
        String learner = TestingScene.learner(0);
        var all = TestingPage.read(board.snapshots("run", learner).orElseThrow());
        assertThat(all).hasSize(LearnerBoard.MOST_SNAPSHOTS);
        assertThat(all.at("/0/version").asLong()).isEqualTo(300);
        assertThat(all.at("/0/lineage/0/firstOffset").asLong()).isEqualTo(600);
        assertThat(board.snapshots("run", "nobody")).isEmpty();
        assertThat(board.snapshots("nothing", learner)).isEmpty();
    }

    @Test
    void knowsWhatAnExampleIs() {
        assertThat(board.spec(null, null)).isEmpty();
        new TestingScene("run", 2, 1000, NOW).arrivals(0, 2).forEach(board::take);
        assertThat(board.spec(null, null)).contains(TestingScene.SPEC);
        assertThat(board.spec("mnist", TestingScene.learner(0))).contains(TestingScene.SPEC);
        assertThat(board.spec("other", null)).isEmpty();
        assertThat(board.spec(null, "nobody")).isEmpty();
        assertThat(board.knows("mnist", TestingScene.learner(1))).isTrue();
        assertThat(board.knows(null, "nobody")).isFalse();
        assertThat(board.knows("other", TestingScene.learner(1))).isFalse();
    }

    @Test
    void valuesThatAreNotKnownAreNull() {
        board.take(
                TestingScene.seen(
                        Metric.EVALUATIONS,
                        0,
                        TestingEvents.evaluation("a", 1, Double.NaN).build()));
        page.look();
        assertThat(page.message().at("/learners/0/rows/error/0").isNull()).isTrue();
    }
}
