package org.almaflow.local;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.almaflow.producer.ProduceSettings;
import org.almaflow.producer.Producer;
import org.almaflow.producer.ProgressListener;
import org.almaflow.producer.dataset.Dataset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A producer on a thread of its own; closing stops it between two slices. */
final class StreamProducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamProducer.class);

    private final AtomicLong published = new AtomicLong();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final Thread thread;

    private StreamProducer(ProduceSettings settings, Dataset dataset) {
        thread = new Thread(() -> produce(settings, dataset), "alma-producer");
        thread.setDaemon(true);
    }

    /** Begins to publish. */
    static StreamProducer start(ProduceSettings settings, Dataset dataset) {
        StreamProducer producer = new StreamProducer(settings, dataset);
        producer.thread.start();
        return producer;
    }

    private void produce(ProduceSettings settings, Dataset dataset) {
        try {
            Producer.run(settings, dataset, new Counter());
        } catch (InterruptedException e) {
            LOG.info("The producer was stopped");
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    private final class Counter implements ProgressListener {
        @Override
        public void started(String stream, long next, long chunks) {
            published.set(Math.max(0, next - 1));
        }

        @Override
        public void published(PublishedChunk chunk) {
            published.set(chunk.chunk());
        }
    }

    /** Chunks that the topic has. */
    long chunks() {
        return published.get();
    }

    /** Throws what ended the producer, if it ended so. */
    void rethrowFailure() {
        RuntimeException thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
