package org.almaflow.schemas;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What brokers allow their clients. Holds no connection: every call opens a client and closes it
 * again.
 */
public final class BrokerLimits {
    private static final ConfigResource.Type BROKER = ConfigResource.Type.BROKER;
    private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";

    private final Map<String, Object> clientProperties;

    public BrokerLimits(Map<String, Object> clientProperties) {
        this.clientProperties = Map.copyOf(clientProperties);
    }

    /**
     * The smallest transaction.max.timeout.ms of the brokers; empty when this client may not read
     * their configuration.
     *
     * @throws TopicException when no broker answers within the time
     */
    public OptionalLong longestTransaction(Duration timeout) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        int millis = Math.toIntExact(Math.max(1, timeout.toMillis()));
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        try (Admin admin = Admin.create(properties)) {
            List<ConfigResource> brokers =
                    admin.describeCluster().nodes().get().stream()
                            .map(node -> new ConfigResource(BROKER, node.idString()))
                            .toList();
            return smallest(admin.describeConfigs(brokers).all().get().values());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException
                    || e.getCause() instanceof UnsupportedVersionException) {
                return OptionalLong.empty();
            }
            throw new TopicException(
                    "the Kafka brokers at %s do not tell their configuration: %s"
                            .formatted(
                                    clientProperties.get("bootstrap.servers"),
                                    e.getCause().getMessage()),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicException("interrupted while waiting for the Kafka broker", e);
        }
    }

    private static OptionalLong smallest(Collection<Config> brokers) {
        return brokers.stream()
                .map(config -> config.get(LONGEST_TRANSACTION))
                .filter(entry -> entry != null && entry.value() != null)
                .map(ConfigEntry::value)
                .mapToLong(Long::parseLong)
                .min();
    }
}
