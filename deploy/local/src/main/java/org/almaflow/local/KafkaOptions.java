package org.almaflow.local;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.almaflow.schemas.Topics;
import picocli.CommandLine.Option;

/** Which broker and topics to use. */
final class KafkaOptions {
    private static final String DEFAULT_BROKER = "127.0.0.1:9092";

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "Kafka broker (default: " + DEFAULT_BROKER + ").")
    private String kafka;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Further Kafka client properties, such as those of security.")
    private Path config;

    @Option(
            names = {"--topic-prefix", "--prefix"},
            paramLabel = "NAME",
            defaultValue = Topics.DEFAULT_PREFIX,
            description = "What the names of the topics begin with (default: ${DEFAULT-VALUE}).")
    private String prefix;

    /** Whether the user named a broker. */
    boolean isGiven() {
        return kafka != null || config != null;
    }

    /** The topics of this installation. */
    Topics topics() {
        try {
            return new Topics(prefix);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** Properties for Kafka clients: the file's, and the broker. */
    Map<String, Object> clientProperties() {
        Map<String, Object> properties = new HashMap<>(fromFile(config));
        if (kafka != null || !properties.containsKey("bootstrap.servers")) {
            properties.put("bootstrap.servers", broker(kafka == null ? DEFAULT_BROKER : kafka));
        }
        return properties;
    }

    /** What is needed beside the broker's address. */
    Map<String, String> extraProperties() {
        Map<String, String> extra = fromFile(config);
        extra.remove("bootstrap.servers");
        return extra;
    }

    /** Addresses of the brokers. */
    String brokers() {
        return String.valueOf(clientProperties().get("bootstrap.servers"));
    }

    /** The address as given, when it has the form of one. */
    static String broker(String address) {
        for (String one : address.split(",", -1)) {
            if (!one.strip().matches("(\\[[0-9a-fA-F:]+]|[A-Za-z0-9._-]+):\\d{1,5}")) {
                throw new UsageException(
                        "--kafka: '%s' is no broker; write HOST:PORT, such as %s"
                                .formatted(address, DEFAULT_BROKER));
            }
        }
        return address;
    }

    static Map<String, String> fromFile(Path file) {
        Map<String, String> found = new HashMap<>();
        if (file != null) {
            Properties properties = new Properties();
            try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw new UsageException(
                        "--kafka-config: cannot read %s; name a file of KEY=VALUE lines"
                                .formatted(file),
                        e);
            }
            properties.stringPropertyNames().forEach(k -> found.put(k, properties.getProperty(k)));
        }
        return found;
    }
}
