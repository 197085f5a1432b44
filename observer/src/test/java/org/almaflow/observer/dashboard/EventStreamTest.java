package org.almaflow.observer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final Instant NOW = Instant.parse("2026-01-01T13:00:00Z");

    private final Board board = new Board(Clock.systemUTC());
    private final AtomicLong nanoTime = new AtomicLong();
    private final EventStream events = new EventStream(board, nanoTime::get);
    private final TestingLine line = new TestingLine();
    private final TestingScene scene = new TestingScene("run", 3, 100, NOW);

    @Test
    void framesAnEventAsTheStandardHasIt() {
        Board.Update update =
                new Board.Update(
                        new Cursor("e", 1, 7), "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        assertThat(EventStream.framed(update))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("id: e-1-7\nevent: board\ndata: {\"a\":1}\n\n");
    }

    @Test
    void aMessageIsOneLineWhateverTheEventsSay() {
        board.status(FeedStatus.State.LOST, "two\nlines\r\nand \u2028 more");
        open(null);
        events.tick();
        line.take();
        assertThat(line.newest().lines()).hasSize(4);
        assertThat(line.newest()).contains("two\\nlines").endsWith("\n\n");
    }

    @Test
    void aSlowPageHasOneMessageUnderWayAndThenGetsTheSum() {
        open(null);
        scene.arrivals(0, 2).forEach(board::take);
        events.tick();
        String first = line.underWay();
        for (long arrival = 3; arrival <= 50; arrival++) {
            scene.arrivals(arrival, arrival).forEach(board::take);
            events.tick();
        }
        assertThat(line.underWay()).isSameAs(first);
        line.take();
        events.tick();
        line.take();
        assertThat(line.taken()).hasSize(3);
        assertThat(line.newest()).contains("\"arrival\":[3,4,5,").contains(",50]");
        events.tick();
        assertThat(line.underWay()).isNull();
    }

    @Test
    void aPageThatConnectsAgainGoesOnWhereItWas() {
        open(null);
        scene.arrivals(0, 2).forEach(board::take);
        events.tick();
        line.take();
        String id = line.newest().lines().findFirst().orElseThrow().substring("id: ".length());
        line.breakOff();
        scene.arrivals(3, 3).forEach(board::take);
        TestingLine again = new TestingLine();
        events.open(again, Optional.empty(), id);
        again.take();
        events.tick();
        again.take();
        assertThat(again.newest()).contains("\"whole\":false", "\"arrival\":[3]");
    }

    @Test
    void aPageWhoseConnectionBreaksIsForgotten() {
        open(null);
        scene.arrivals(0, 2).forEach(board::take);
        events.tick();
        line.breakOff();
        assertThat(line.ended()).isTrue();
        assertThat(events.pages()).isZero();
    }

    @Test
    void silenceIsBrokenNowAndThen() {
        open(null);
        events.tick();
        line.take();
        nanoTime.addAndGet(9_000_000_000L);
        events.tick();
        assertThat(line.underWay()).isNull();
        nanoTime.addAndGet(2_000_000_000L);
        events.tick();
        assertThat(line.underWay()).isEqualTo(": here\n\n");
    }

    @Test
    void thereIsAMostOfPages() {
        for (int i = 0; i < EventStream.MOST_PAGES; i++) {
            assertThat(events.open(new TestingLine(), Optional.empty(), null)).isTrue();
        }
        assertThat(events.open(line, Optional.empty(), null)).isFalse();
        events.close();
        assertThat(events.pages()).isZero();
    }

    private void open(String lastEventId) {
        assertThat(events.open(line, Optional.empty(), lastEventId)).isTrue();
        line.take();
        assertThat(line.newest()).isEqualTo("retry: 1000\n\n");
    }
}
