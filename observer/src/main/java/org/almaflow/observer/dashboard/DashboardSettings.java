package org.almaflow.observer.dashboard;

import java.util.Map;
import java.util.Optional;
import org.almaflow.schemas.Topics;

/**
 * What a dashboard is started with.
 *
 * @param kafka Kafka client properties, {@code bootstrap.servers} at least
 * @param host name or address to listen at
 * @param port to listen at; 0: any that is free
 * @param token what every request has to bring; needed where the host is no loopback address
 * @param images reads images of {@code POST /predict}
 */
public record DashboardSettings(
        Map<String, Object> kafka,
        Topics topics,
        String host,
        int port,
        Optional<String> token,
        ImageReading images) {
    /** Where it listens unless told otherwise. */
    public static final String DEFAULT_HOST = "127.0.0.1";

    /** Addresses of the brokers. */
    String broker() {
        return String.valueOf(kafka.get("bootstrap.servers"));
    }
}
