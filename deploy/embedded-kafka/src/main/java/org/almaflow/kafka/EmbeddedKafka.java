package org.almaflow.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker (KRaft, its own controller) in this process, bound to the loopback address only.
 *
 * <p>Topics and offsets live in the folder and survive: closing and starting again with the same
 * folder, also after the process was killed, continues with the same data. The owner closes it;
 * that ends its threads and releases the folder.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final int ATTEMPTS = 5;

    private final KafkaRaftServer server;
    private final int port;
    private final FolderLock lock;
    private boolean closed;

    static {
        // A fatal fault of the broker must not end the process that embeds it.
        Exit.setHaltProcedure(EmbeddedKafka::refuseToExit);
        Exit.setExitProcedure(EmbeddedKafka::refuseToExit);
    }

    private EmbeddedKafka(KafkaRaftServer server, int port, FolderLock lock) {
        this.server = server;
        this.port = port;
        this.lock = lock;
    }

    /**
     * Returns when the broker serves requests, some two seconds later.
     *
     * @param dir created when it does not exist; used by one broker at a time
     * @param port where to listen; empty, zero or taken: a free port chosen by the system
     * @throws BrokerStartException when the folder cannot be used or the broker does not come up
     */
    public static EmbeddedKafka start(Path dir, OptionalInt port) {
        return start(dir, port, settings -> {});
    }

    /**
     * As {@link #start(Path, OptionalInt)}, with a broker that is set otherwise.
     *
     * @param change changes the broker's settings before each attempt to start
     */
    public static EmbeddedKafka start(Path dir, OptionalInt port, Consumer<Properties> change) {
        Path logs = dir.toAbsolutePath();
        FolderLock lock = prepare(logs);
        try {
            return start(logs, port, change, lock);
        } catch (RuntimeException e) {
            lock.close();
            throw failed(logs, e);
        }
    }

    private static EmbeddedKafka start(
            Path logs, OptionalInt port, Consumer<Properties> change, FolderLock lock) {
        for (int attempt = 1; ; attempt++) {
            FreePorts ports = freePorts(port);
            try {
                Properties settings = BrokerConfig.of(logs, ports.broker(), ports.controller());
                change.accept(settings);
                return new EmbeddedKafka(startServer(settings), ports.broker(), lock);
            } catch (KafkaException e) {
                if (attempt == ATTEMPTS || !mentions(e, "failed to bind")) {
                    throw e;
                }
                LOG.debug("A port was taken meanwhile, trying others", e);
            }
        }
    }

    /** The address for clients, as host:port. */
    public String bootstrapServers() {
        return BrokerConfig.HOST + ":" + port;
    }

    /** Stops the broker and waits until it has. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.shutdown();
            server.awaitShutdown();
        } finally {
            lock.close();
        }
    }

    private static void refuseToExit(int status, String message) {
        throw new IllegalStateException(
                "the embedded Kafka broker failed (status " + status + "): " + message);
    }

    private static FolderLock prepare(Path logs) {
        FolderLock lock = null;
        try {
            Files.createDirectories(logs);
            lock = FolderLock.take(logs);
            if (!Files.exists(logs.resolve("meta.properties"))) {
                format(logs);
            }
            return lock;
        } catch (BrokerStartException e) {
            throw e;
        } catch (Exception e) {
            if (lock != null) {
                lock.close();
            }
            throw failed(logs, e);
        }
    }

    private static void format(Path logs) throws Exception {
        OutputStream nowhere = OutputStream.nullOutputStream();
        try (PrintStream quiet = new PrintStream(nowhere, false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(quiet)
                    .setNodeId(BrokerConfig.NODE)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerConfig.CONTROLLER)
                    .setMetadataLogDirectory(logs.toString())
                    .addDirectory(logs.toString())
                    .run();
        }
    }

    private static FreePorts freePorts(OptionalInt wanted) {
        try {
            return FreePorts.find(wanted);
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + BrokerConfig.HOST, e);
        }
    }

    private static KafkaRaftServer startServer(Properties config) {
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException e) {
            server.shutdown();
            server.awaitShutdown();
            throw e;
        }
    }

    private static boolean mentions(Throwable e, String text) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && cause.getMessage().contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static BrokerStartException failed(Path logs, Exception e) {
        return new BrokerStartException(
                "the embedded Kafka broker cannot start in folder "
                        + logs
                        + ": "
                        + e.getMessage()
                        + " ("
                        + e.getClass().getSimpleName()
                        + ")",
                e);
    }
}
