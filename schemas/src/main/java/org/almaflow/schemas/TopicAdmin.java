package org.almaflow.schemas;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates and checks the topics. Holds no connection: every call opens a client and closes it
 * again.
 *
 * <p>Client properties are those of Kafka's clients ({@code bootstrap.servers} and, where needed,
 * security).
 */
public final class TopicAdmin {

    /** How long a call waits for the broker when it is given no other time. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

    /** Twice the default bound of a slice. */
    private static final int MAX_CHUNK_RECORD_BYTES = 1 << 20;

    private final Map<String, Object> clientProperties;

    public TopicAdmin(Map<String, Object> clientProperties) {
        this.clientProperties = Map.copyOf(clientProperties);
    }

    /**
     * Creates the topics that do not exist yet, leaves the others as they are, and returns when all
     * can be used.
     *
     * @param replication replicas of each partition; -1: the broker's default
     * @throws TopicException when the broker does not answer or refuses
     */
    public void create(Topics topics, short replication) {
        List<NewTopic> wanted =
                topics.all().stream().map(spec -> newTopic(topics, spec, replication)).toList();
        try (Admin admin = open(DEFAULT_TIMEOUT)) {
            for (Map.Entry<String, KafkaFuture<Void>> topic :
                    admin.createTopics(wanted).values().entrySet()) {
                awaitCreated(topic.getKey(), topic.getValue());
            }
            awaitLeaders(admin, topics, awaitVisible(admin, topics));
        }
    }

    /**
     * Checks that a broker answers within the time and has every topic.
     *
     * @throws TopicException with one sentence that names the broker or the topic, and the remedy
     */
    public void check(Topics topics, Duration timeout) {
        check(topics, names(topics), timeout);
    }

    /** As {@link #check(Topics, Duration)}, for some of the topics. */
    public void check(Topics topics, List<String> names, Duration timeout) {
        try (Admin admin = open(timeout)) {
            lookUp(admin, topics, names, timeout);
        }
    }

    private static NewTopic newTopic(Topics topics, TopicSpec spec, short replication) {
        Map<String, String> configs = new HashMap<>();
        if (spec.compacted()) {
            configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        }
        if (spec.name().equals(topics.chunks())) {
            configs.put(
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_CHUNK_RECORD_BYTES));
            // The producer resumes, and a new job starts, from what the topic still has.
            configs.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
        }
        return new NewTopic(spec.name(), spec.partitions(), replication).configs(configs);
    }

    private void awaitCreated(String name, KafkaFuture<Void> created) {
        try {
            get(created);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e.getCause() instanceof TimeoutException
                        ? noBroker(DEFAULT_TIMEOUT, e.getCause())
                        : new TopicException(
                                "the broker at "
                                        + servers()
                                        + " refused to create topic "
                                        + name
                                        + ": "
                                        + e.getCause().getMessage(),
                                e.getCause());
            }
        }
    }

    /** A broker learns of a new topic a moment after its controller has created it. */
    private List<TopicDescription> awaitVisible(Admin admin, Topics topics) {
        long end = System.nanoTime() + DEFAULT_TIMEOUT.toNanos();
        while (true) {
            try {
                return lookUp(admin, topics, names(topics), DEFAULT_TIMEOUT);
            } catch (TopicException e) {
                boolean missing = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!missing || System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    /**
     * A broker names the leaders of a new topic a moment before they lead. Of two batches sent in
     * that moment the first can be turned away and the second taken, and a producer without
     * transactions then repeats the first in vain until its delivery times out.
     */
    private void awaitLeaders(Admin admin, Topics topics, List<TopicDescription> visible) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicDescription topic : visible) {
            topic.partitions()
                    .forEach(
                            p ->
                                    ends.put(
                                            new TopicPartition(topic.name(), p.partition()),
                                            OffsetSpec.latest()));
        }
        ListOffsetsResult led = admin.listOffsets(ends);
        for (TopicPartition partition : ends.keySet()) {
            find(topics, partition.topic(), led.partitionResult(partition), DEFAULT_TIMEOUT);
        }
    }

    private List<TopicDescription> lookUp(
            Admin admin, Topics topics, List<String> names, Duration timeout) {
        List<TopicDescription> found = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(names).topicNameValues().entrySet()) {
            found.add(find(topics, topic.getKey(), topic.getValue(), timeout));
        }
        return found;
    }

    private static List<String> names(Topics topics) {
        return topics.all().stream().map(TopicSpec::name).toList();
    }

    private <T> T find(Topics topics, String name, KafkaFuture<T> found, Duration timeout) {
        try {
            return get(found);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof UnknownTopicOrPartitionException) {
                throw new TopicException(missing(topics, name), cause);
            }
            if (cause instanceof TimeoutException) {
                throw noBroker(timeout, cause);
            }
            throw new TopicException(
                    "cannot look up topic " + name + " at " + servers() + ": " + cause.getMessage(),
                    cause);
        }
    }

    private String missing(Topics topics, String name) {
        boolean standard = topics.prefix().equals(Topics.DEFAULT_PREFIX);
        return "topic "
                + name
                + " is missing at "
                + servers()
                + "; create it with: alma topics create --kafka "
                + servers()
                + (standard ? "" : " --prefix " + topics.prefix());
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicException("interrupted while waiting for the Kafka broker", e);
        }
    }

    private Admin open(Duration timeout) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        int millis = Math.toIntExact(Math.max(1, timeout.toMillis()));
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            throw new TopicException(
                    String.format(
                            "cannot use the Kafka broker at %s (%s); name brokers as"
                                    + " HOST:PORT,HOST:PORT",
                            servers(), rootMessage(e)),
                    e);
        }
    }

    private TopicException noBroker(Duration timeout, Throwable cause) {
        return new TopicException(
                String.format(
                        "no Kafka broker answers at %s within %s s; start it, or name another with"
                                + " --kafka HOST:PORT",
                        servers(), seconds(timeout)),
                cause);
    }

    private static String seconds(Duration timeout) {
        return BigDecimal.valueOf(timeout.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    private String servers() {
        Object servers = clientProperties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        return servers == null ? "(no bootstrap.servers given)" : servers.toString();
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
