package org.almaflow.observer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.almaflow.observer.dashboard.FeedStatus.State;
import org.junit.jupiter.api.Test;

class FeedTest {
    private final Board board = new Board(Clock.systemUTC());
    private final TestingEventSource source = new TestingEventSource();
    private final List<String> news = new CopyOnWriteArrayList<>();
    private final Feed feed =
            new Feed(
                    "testing:9092",
                    source,
                    board,
                    news::add,
                    Duration.ofMillis(2),
                    System::nanoTime);

    @Test
    void readsWhatThereIsAndThenIsLive() {
        source.give(new TestingScene("run", 2, 10, Instant.EPOCH).arrivals(0, 5));
        try (feed) {
            feed.start();
            awaitState(State.LIVE);
            TestingPage page = new TestingPage(board, Optional.empty());
            page.look();
            assertThat(page.arrivals(1)).hasSize(6);
        }
        assertThat(news).containsExactly("connected to testing:9092");
    }

    @Test
    void waitsForABrokerThatIsNotThereYet() {
        source.there(false);
        try (feed) {
            feed.start();
            await().atMost(Duration.ofMinutes(1)).until(() -> !news.isEmpty());
            assertThat(board.status().state()).isEqualTo(State.CONNECTING);
            assertThat(news.get(0)).startsWith("no Kafka broker answers at testing:9092");
            source.there(true);
            awaitState(State.LIVE);
        }
    }

    @Test
    void saysThatTheBrokerIsGoneAndThatItIsBack() {
        try (feed) {
            feed.start();
            awaitState(State.LIVE);
            source.there(false);
            awaitState(State.LOST);
            assertThat(board.status().message())
                    .contains("testing:9092", "when the broker is back");
            source.there(true);
            awaitState(State.LIVE);
            source.there(false);
            awaitState(State.LOST);
            source.give(new TestingScene("run", 2, 10, Instant.EPOCH).arrivals(0, 5));
            source.there(true);
            awaitState(State.LIVE);
        }
        assertThat(source.opened()).isEqualTo(1);
    }

    @Test
    void readsAnewAfterAFailure() {
        source.give(new TestingScene("run", 2, 10, Instant.EPOCH).arrivals(0, 5));
        try (feed) {
            feed.start();
            awaitState(State.LIVE);
            TestingPage page = new TestingPage(board, Optional.empty());
            page.look();
            source.fail(new IllegalStateException("the topic was deleted"));
            await().atMost(Duration.ofMinutes(1)).until(() -> source.opened() == 2);
            awaitState(State.LIVE);
            page.look();
            assertThat(page.run()).isNull();
        }
        assertThat(news).anyMatch(line -> line.contains("the topic was deleted"));
    }

    private void awaitState(State state) {
        await().atMost(Duration.ofMinutes(1)).until(() -> board.status().state() == state);
    }
}
