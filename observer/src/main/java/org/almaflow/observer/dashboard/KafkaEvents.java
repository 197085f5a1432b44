package org.almaflow.observer.dashboard;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.almaflow.observer.Metric;
import org.almaflow.observer.MetricSubscriber;
import org.almaflow.observer.Observation;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** All metric topics, read committed; a second connection asks whether the broker is there. */
final class KafkaEvents implements EventSource {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int ANSWER_MILLIS = 2_000;

    private final MetricSubscriber subscriber;
    private final Admin admin;

    KafkaEvents(Map<String, Object> kafka, Topics topics) {
        subscriber =
                new MetricSubscriber(
                        kafka,
                        topics,
                        EnumSet.allOf(Metric.class),
                        MetricSubscriber.Start.BEGINNING,
                        PATIENCE);
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        admin = Admin.create(properties);
    }

    @Override
    public List<Observation> poll(Duration patience) {
        return subscriber.poll(patience);
    }

    @Override
    public boolean reachable() {
        try {
            return !admin.describeCluster()
                    .nodes()
                    .get(2L * ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void wakeup() {
        subscriber.wakeup();
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        subscriber.close();
    }
}
