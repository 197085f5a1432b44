package org.almaflow.observer.dashboard;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.almaflow.observer.predict.PredictClient;
import org.almaflow.observer.predict.Question;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.Topics;

/** Connects when the first question comes: most dashboards are never asked one. */
final class KafkaAsking implements PredictEndpoint.Asking, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, Object> kafka;
    private final Topics topics;
    private PredictClient client;
    private boolean closed;

    KafkaAsking(Map<String, Object> kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    @Override
    public CompletableFuture<PredictResponse> ask(Question question, Duration timeout) {
        return client().ask(question, timeout);
    }

    private synchronized PredictClient client() {
        if (closed) {
            throw new IllegalStateException("the dashboard is closed");
        }
        if (client == null) {
            client = new PredictClient(kafka, topics, PATIENCE);
        }
        return client;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
    }
}
