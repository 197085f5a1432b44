package org.almaflow.local;

import java.util.Map;
import org.almaflow.learning.experiment.StreamSpec;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.schemas.Topics;

final class StreamProducer implements AutoCloseable {
    static StreamProducer start(StreamSpec s, Dataset d, Map<String, Object> p, Topics t) {
        return new StreamProducer();
    }

    long chunks() {
        return 0;
    }

    void rethrowFailure() {}

    @Override
    public void close() {}
}
