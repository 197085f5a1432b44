package org.almaflow.kafka;

import java.nio.file.Path;
import java.util.Properties;

/**
 * Settings of a broker that is alone, small and reachable from this machine only. It is its own
 * controller; everything is kept until the folder is deleted.
 */
final class BrokerConfig {

    static final int NODE = 1;
    static final String CONTROLLER = "CONTROLLER";
    static final String HOST = "127.0.0.1";

    private static final String MEBIBYTE = Integer.toString(1 << 20);

    private BrokerConfig() {}

    static Properties of(Path dir, int port, int controllerPort) {
        Properties config = new Properties();
        listeners(config, port, controllerPort);
        storage(config, dir);
        internalTopics(config);
        smallFootprint(config);
        // A broker that comes back after a kill waits until its former self is given up: 9 s by
        // default.
        config.put("broker.session.timeout.ms", "3000");
        config.put("broker.heartbeat.interval.ms", "500");
        config.put("auto.create.topics.enable", "false");
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("transaction.max.timeout.ms", "900000");
        return config;
    }

    private static void listeners(Properties config, int port, int controllerPort) {
        String broker = "BROKER://" + HOST + ":" + port;
        String controller = HOST + ":" + controllerPort;
        config.put("process.roles", "broker,controller");
        config.put("node.id", Integer.toString(NODE));
        config.put("listeners", broker + "," + CONTROLLER + "://" + controller);
        config.put("advertised.listeners", broker);
        config.put(
                "listener.security.protocol.map", "BROKER:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        config.put("inter.broker.listener.name", "BROKER");
        config.put("controller.listener.names", CONTROLLER);
        config.put("controller.quorum.voters", NODE + "@" + controller);
    }

    private static void storage(Properties config, Path dir) {
        config.put("log.dirs", dir.toString());
        config.put("log.retention.ms", "-1");
        config.put("log.segment.bytes", Integer.toString(64 << 20));
        config.put("log.index.size.max.bytes", MEBIBYTE);
    }

    private static void internalTopics(Properties config) {
        for (String topic : new String[] {"offsets.topic", "transaction.state.log"}) {
            config.put(topic + ".num.partitions", "1");
            config.put(topic + ".replication.factor", "1");
            config.put(topic + ".segment.bytes", MEBIBYTE);
        }
        config.put("transaction.state.log.min.isr", "1");
        config.put("share.coordinator.state.topic.replication.factor", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");
    }

    private static void smallFootprint(Properties config) {
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "2");
        config.put("background.threads", "2");
        // The default takes 128 MiB of heap at start.
        config.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    }
}
