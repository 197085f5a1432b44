package org.almaflow.cluster;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * What a cluster on this machine is made of. Kept in its folder, so that a later command finds it.
 *
 * @param folder absolute; holds configuration, logs, the broker's data and the job's storage
 * @param kafkaPort of the broker
 * @param webPort of Flink's REST interface and web page
 * @param rpcPort between JobManager and TaskManagers
 * @param slots of each TaskManager
 * @param nativeMemory MiB outside the heap that engines may take in each TaskManager
 */
public record ClusterSettings(
        Path folder,
        int kafkaPort,
        int webPort,
        int rpcPort,
        int taskManagers,
        int slots,
        int nativeMemory) {
    /** Native memory where nobody says. */
    public static final int NATIVE_MEMORY = 512;

    private static final String FILE = "cluster.properties";

    /** Missing in the files of clusters that had no choice. */
    private static final String NATIVE = "native-memory-mib";

    /** All ports free ones. */
    public static ClusterSettings onFreePorts(Path folder, int taskManagers, int slots) {
        return new ClusterSettings(
                folder.toAbsolutePath().normalize(),
                freePort(),
                freePort(),
                freePort(),
                taskManagers,
                slots,
                NATIVE_MEMORY);
    }

    /** The settings of the cluster in a folder; empty when there never was one. */
    public static Optional<ClusterSettings> read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Properties p = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            p.load(in);
            return Optional.of(
                    new ClusterSettings(
                            folder,
                            number(p, "kafka-port"),
                            number(p, "web-port"),
                            number(p, "rpc-port"),
                            number(p, "task-managers"),
                            number(p, "slots"),
                            p.containsKey(NATIVE) ? number(p, NATIVE) : NATIVE_MEMORY));
        } catch (IOException | NumberFormatException e) {
            throw new ClusterException(
                    "%s cannot be read; remove the folder to begin anew".formatted(file), e);
        }
    }

    /** The same with another number of TaskManagers. */
    public ClusterSettings withTaskManagers(int number) {
        return new ClusterSettings(
                folder, kafkaPort, webPort, rpcPort, number, slots, nativeMemory);
    }

    private static int number(Properties p, String key) {
        return Integer.parseInt(String.valueOf(p.getProperty(key)));
    }

    void write() throws IOException {
        Properties p = new Properties();
        p.setProperty("kafka-port", Integer.toString(kafkaPort));
        p.setProperty("web-port", Integer.toString(webPort));
        p.setProperty("rpc-port", Integer.toString(rpcPort));
        p.setProperty("task-managers", Integer.toString(taskManagers));
        p.setProperty("slots", Integer.toString(slots));
        p.setProperty(NATIVE, Integer.toString(nativeMemory));
        try (Writer out = Files.newBufferedWriter(folder.resolve(FILE))) {
            p.store(out, "A cluster on this machine");
        }
    }

    /** A port of the loopback address that nobody listened on a moment ago. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ClusterException("this machine has no free port", e);
        }
    }

    /** Whether somebody listens on a port of the loopback address. */
    static boolean taken(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort() != port;
        } catch (IOException e) {
            return true;
        }
    }
}
