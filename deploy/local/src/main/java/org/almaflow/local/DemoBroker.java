package org.almaflow.local;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.almaflow.kafka.EmbeddedKafka;

/** The demo's broker: one of its own, or the user's, which it leaves running. */
final class DemoBroker implements AutoCloseable {
    private final String address;
    private final Map<String, String> extra;
    private final AutoCloseable owned;

    private DemoBroker(String address, Map<String, String> extra, AutoCloseable owned) {
        this.address = address;
        this.extra = Map.copyOf(extra);
        this.owned = owned;
    }

    /** A broker with its data in this folder. */
    static DemoBroker embedded(Path folder) {
        EmbeddedKafka kafka = EmbeddedKafka.start(folder, OptionalInt.empty());
        return new DemoBroker(kafka.bootstrapServers(), Map.of(), kafka);
    }

    /**
     * A broker that runs already.
     *
     * @param properties of Kafka clients, beside the address
     */
    static DemoBroker running(String address, Map<String, String> properties) {
        Map<String, String> extra = new HashMap<>(properties);
        extra.remove("bootstrap.servers");
        return new DemoBroker(address, extra, () -> {});
    }

    /** As host:port. */
    String address() {
        return address;
    }

    /** Properties beside the address. */
    Map<String, String> extra() {
        return extra;
    }

    /** Properties of Kafka clients. */
    Map<String, Object> clientProperties() {
        Map<String, Object> properties = new HashMap<>(extra);
        properties.put("bootstrap.servers", address);
        return properties;
    }

    @Override
    public void close() {
        try {
            owned.close();
        } catch (Exception e) {
            throw new FailureException("the embedded Kafka does not stop: " + e.getMessage(), e);
        }
    }
}
