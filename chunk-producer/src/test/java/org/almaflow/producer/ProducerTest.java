package org.almaflow.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.schemas.ChunkSlice;
import org.junit.jupiter.api.Test;

/** The order and the timing of publishing, without a broker. */
class ProducerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Dataset dataset = TestingData.numbered(100, 10);
    private final TestingPacer pacer = new TestingPacer();
    private final TestingSender sender = new TestingSender();
    private final TestingListener listener = new TestingListener();

    private Producer producer(ArrivalSchedule schedule, boolean loop) {
        StreamPlan plan = new StreamPlan(dataset.fingerprint(), 100, 4, 432, loop);
        ChunkSlicer slicer = new ChunkSlicer("s", dataset, plan, 300);
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        return new Producer(plan, slicer, schedule, listener, pacer, clock);
    }

    private Producer producer(ArrivalSchedule schedule) {
        return producer(schedule, false);
    }

    private static Resumption from(boolean holdout, long next) {
        return new Resumption("s", holdout, next);
    }

    @Test
    void theHoldoutComesFirstThenEveryChunkOnSchedule() throws Exception {
        ProduceSummary summary =
                producer(ArrivalSchedule.fixed(INTERVAL)).publish(from(true, 1), sender);

        assertThat(listener.chunks()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(pacer.waits).containsExactly(Duration.ZERO, INTERVAL, INTERVAL, INTERVAL);
        assertThat(summary.chunks()).isEqualTo(5);
        assertThat(summary.examples()).isEqualTo(110);
        assertThat(summary.bytes()).isEqualTo(100L * sender.stored.size());
        assertThat(sender.stored.stream().mapToInt(ChunkSlice::getExamples).sum()).isEqualTo(110);
        assertThat(listener.ended).isEqualTo(1);
    }

    @Test
    void timeSpentPublishingDoesNotShiftTheSchedule() throws Exception {
        sender.onStore = () -> pacer.pass(SECOND);

        producer(ArrivalSchedule.fixed(INTERVAL)).publish(from(false, 1), sender);

        Duration rest = INTERVAL.minus(SECOND);
        assertThat(pacer.waits).containsExactly(Duration.ZERO, rest, rest, rest);
        assertThat(listener.published.get(0).nextIn()).contains(rest);
        assertThat(listener.published.get(3).nextIn()).isEmpty();
    }

    @Test
    void whatIsLateComesAtOnce() throws Exception {
        sender.onStore = () -> pacer.pass(INTERVAL.multipliedBy(2));

        producer(ArrivalSchedule.fixed(INTERVAL)).publish(from(false, 1), sender);

        assertThat(pacer.waits).containsOnly(Duration.ZERO);
        assertThat(listener.published.get(0).nextIn()).contains(Duration.ZERO);
    }

    @Test
    void aFirstChunkWithALaterTimeIsWaitedFor() throws Exception {
        Timetable timetable =
                new Timetable(List.of(SECOND, SECOND, SECOND.multipliedBy(3), INTERVAL));

        producer(timetable).publish(from(true, 1), sender);

        assertThat(listener.published.get(0).nextIn()).contains(SECOND);
        assertThat(pacer.waits)
                .containsExactly(
                        SECOND, Duration.ZERO, SECOND.multipliedBy(2), SECOND.multipliedBy(7));
    }

    @Test
    void chunksThatAreThereAreNotWaitedFor() throws Exception {
        producer(ArrivalSchedule.fixed(INTERVAL)).publish(from(false, 3), sender);

        assertThat(listener.first).isEqualTo(3);
        assertThat(listener.chunks()).containsExactly(3L, 4L);
        assertThat(pacer.waits).containsExactly(Duration.ZERO, INTERVAL);
    }

    @Test
    void nothingIsLeftToDoBehindTheLastChunk() throws Exception {
        ProduceSummary summary =
                producer(ArrivalSchedule.fixed(INTERVAL)).publish(from(false, 5), sender);

        assertThat(summary.chunks()).isZero();
        assertThat(sender.sent).isEmpty();
        assertThat(listener.ended).isEqualTo(1);
    }

    @Test
    void onlyTheHoldoutMayBeMissing() throws Exception {
        producer(ArrivalSchedule.fixed(INTERVAL)).publish(from(true, 5), sender);

        assertThat(listener.chunks()).containsExactly(0L);
        assertThat(listener.published.get(0).nextIn()).isEqualTo(Optional.empty());
    }

    @Test
    void anInterruptStopsBetweenSlices() {
        sender.onSend =
                () -> {
                    if (sender.sent.size() == 3) {
                        Thread.currentThread().interrupt();
                    }
                };

        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(
                        () ->
                                producer(ArrivalSchedule.asFastAsPossible())
                                        .publish(from(true, 1), sender));
        assertThat(sender.sent).hasSize(4);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(listener.ended).isEqualTo(1);
    }

    @Test
    void aLoopGoesOnUntilItIsInterrupted() {
        sender.onStore =
                () -> {
                    if (sender.sent.get(sender.sent.size() - 1).getChunk() == 9) {
                        Thread.currentThread().interrupt();
                    }
                };

        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(
                        () ->
                                producer(ArrivalSchedule.asFastAsPossible(), true)
                                        .publish(from(true, 1), sender));
        assertThat(listener.chunks()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(sender.sent).allMatch(slice -> slice.getChunks() == 0);
    }
}
