package org.almaflow.producer;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.almaflow.producer.ProgressListener.PublishedChunk;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.TopicException;

/**
 * Publishes a data set as a stream of chunks: the holdout, then chunk 1, 2, ... on schedule.
 *
 * <p>A chunk counts as published when the brokers have stored all its slices. Publishing can be
 * stopped at any time and goes on, when run again, with the first chunk that the topic does not
 * hold completely; time does not count for the chunks that are there.
 */
public final class Producer {

    private final StreamPlan plan;
    private final ChunkSlicer slicer;
    private final ArrivalSchedule schedule;
    private final ProgressListener listener;
    private final Pacer pacer;
    private final Clock clock;

    Producer(
            StreamPlan plan,
            ChunkSlicer slicer,
            ArrivalSchedule schedule,
            ProgressListener listener,
            Pacer pacer,
            Clock clock) {
        this.plan = plan;
        this.slicer = slicer;
        this.schedule = schedule;
        this.listener = listener;
        this.pacer = pacer;
        this.clock = clock;
    }

    /**
     * Returns when the last chunk is stored; a looping stream ends only by interruption.
     *
     * @throws ProduceException when the stream cannot be published as asked
     * @throws org.almaflow.schemas.TopicException when the broker or the topic is not there
     * @throws InterruptedException when the thread was interrupted: it stopped between two slices
     */
    public static ProduceSummary run(
            ProduceSettings settings, Dataset dataset, ProgressListener listener)
            throws InterruptedException {
        return run(settings, dataset, listener, Pacer.system(), Clock.systemUTC());
    }

    static ProduceSummary run(
            ProduceSettings settings,
            Dataset dataset,
            ProgressListener listener,
            Pacer pacer,
            Clock clock)
            throws InterruptedException {
        int examples = dataset.train().features().length / ChunkSlicer.exampleBytes(dataset.spec());
        StreamPlan plan =
                new StreamPlan(
                                dataset.fingerprint(),
                                examples,
                                settings.chunks(),
                                settings.seed(),
                                settings.loop(),
                                dataset.vocabulary().isPresent())
                        .without(settings.leftOut());
        settings.schedule().check(plan.announcedChunks());
        ChunkSlicer slicer =
                new ChunkSlicer(settings.stream(), dataset, plan, settings.maxSliceBytes());
        checkTopic(settings);
        Resumption resumption = Resumption.of(StreamScan.read(settings), settings, plan, slicer);
        Producer producer = new Producer(plan, slicer, settings.schedule(), listener, pacer, clock);
        try (ChunkPublisher publisher = new ChunkPublisher(settings)) {
            return producer.publish(resumption, publisher);
        }
    }

    private static void checkTopic(ProduceSettings settings) throws InterruptedException {
        List<String> needed = List.of(settings.topics().chunks());
        try {
            new TopicAdmin(settings.client()).check(settings.topics(), needed, settings.timeout());
        } catch (TopicException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw Interruption.of(e);
            }
            throw e;
        }
    }

    /** Publishes what the topic does not hold. */
    ProduceSummary publish(Resumption resumption, SliceSender sender) throws InterruptedException {
        listener.started(resumption.stream(), resumption.first(), plan.announcedChunks());
        try {
            ProduceSummary done =
                    new ProduceSummary(plan.fingerprint(), resumption.first(), 0, 0, 0);
            if (resumption.holdout()) {
                long next = resumption.next();
                Optional<Duration> following = moment(pacer.now(), next, next);
                done = plus(done, publish(0, following, sender));
            }
            return publishOnSchedule(resumption.next(), done, sender);
        } finally {
            listener.ended();
        }
    }

    private ProduceSummary publishOnSchedule(long first, ProduceSummary before, SliceSender sender)
            throws InterruptedException {
        ProduceSummary done = before;
        Duration start = pacer.now();
        for (long chunk = first; plan.has(chunk); chunk++) {
            pacer.waitUntil(moment(start, first, chunk).orElseThrow());
            done = plus(done, publish(chunk, moment(start, first, chunk + 1), sender));
        }
        return done;
    }

    /**
     * When a chunk comes, in the pacer's time; empty when the stream has no such chunk.
     *
     * @param start when publishing on schedule began, with chunk {@code first}: at once, unless it
     *     is the stream's first
     */
    private Optional<Duration> moment(Duration start, long first, long chunk) {
        if (!plan.has(chunk)) {
            return Optional.empty();
        }
        Duration skipped = first > 1 ? schedule.offset(first) : Duration.ZERO;
        return Optional.of(start.plus(schedule.offset(chunk)).minus(skipped));
    }

    /**
     * @param following when the next chunk comes, in the pacer's time
     */
    private PublishedChunk publish(long chunk, Optional<Duration> following, SliceSender sender)
            throws InterruptedException {
        long bytes = 0;
        for (ChunkSlice slice : slicer.cut(chunk, clock.instant())) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped in chunk " + chunk);
            }
            bytes += sender.send(slice);
        }
        sender.awaitStored();
        Optional<Duration> nextIn = following.map(moment -> positive(moment.minus(pacer.now())));
        PublishedChunk published =
                new PublishedChunk(
                        chunk,
                        plan.announcedChunks(),
                        slicer.slices(chunk),
                        slicer.examples(chunk),
                        bytes,
                        nextIn);
        listener.published(published);
        return published;
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }

    private static ProduceSummary plus(ProduceSummary done, PublishedChunk chunk) {
        return new ProduceSummary(
                done.plan(),
                done.firstChunk(),
                done.chunks() + 1,
                done.examples() + chunk.examples(),
                done.bytes() + chunk.bytes());
    }
}
