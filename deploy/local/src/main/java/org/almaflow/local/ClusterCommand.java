package org.almaflow.local;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.almaflow.cluster.ClusterProcess;
import org.almaflow.cluster.ClusterSettings;
import org.almaflow.cluster.Distribution;
import org.almaflow.cluster.LocalCluster;
import org.apache.flink.configuration.MemorySize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma cluster}, which {@code deploy/local-cluster} calls. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Kafka, a Flink JobManager and TaskManagers as processes of this machine; also as"
                    + " deploy/local-cluster up, down and status."
        },
        footerHeading = "%nExample:%n",
        footer = {"  alma cluster up", "  alma cluster down"})
final class ClusterCommand implements Runnable {
    private static final int KAFKA_PORT = 9092;
    private static final int WEB_PORT = 8081;
    private static final int TASK_MANAGERS = 2;
    private static final int SLOTS = 2;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new UsageException("which command? alma cluster up, down or status");
    }

    @Command(
            name = "up",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = {
                "Start what does not run, and return when everything serves. With more"
                        + " --task-managers than before, a running cluster gets those in addition.",
                "The folder keeps the topics, the checkpoints and the models; remove it to begin"
                        + " anew."
            },
            footerHeading = "%nExample:%n",
            footer = "  alma cluster up --task-managers 2 --slots 4")
    void up(
            @Option(
                            names = "--task-managers",
                            paramLabel = "N",
                            description = "TaskManagers (default: " + TASK_MANAGERS + ").")
                    Integer taskManagers,
            @Option(
                            names = "--slots",
                            paramLabel = "N",
                            description = "Task slots of each (default: " + SLOTS + ").")
                    Integer slots,
            @Option(
                            names = "--native-memory",
                            paramLabel = "SIZE",
                            description =
                                    "Memory outside the heap that training may take in each, such"
                                            + " as 1g (default: 512m).")
                    String nativeMemory,
            @Option(
                            names = "--kafka-port",
                            paramLabel = "PORT",
                            description = "Port of Kafka (default: " + KAFKA_PORT + ").")
                    Integer kafkaPort,
            @Option(
                            names = "--web-port",
                            paramLabel = "PORT",
                            description = "Port of Flink's web page (default: " + WEB_PORT + ").")
                    Integer webPort,
            @Mixin ClusterFolder dir) {
        Path folder = dir.absolute();
        ClusterSettings before = ClusterSettings.read(folder).orElse(standard(folder));
        ClusterSettings wanted =
                new ClusterSettings(
                        folder,
                        port("--kafka-port", kafkaPort, before.kafkaPort()),
                        port("--web-port", webPort, before.webPort()),
                        before.rpcPort(),
                        count("--task-managers", taskManagers, before.taskManagers()),
                        count("--slots", slots, before.slots()),
                        nativeMemory == null ? before.nativeMemory() : mebibytes(nativeMemory));
        LocalCluster running = cluster(before);
        if (!isAdded(before, wanted)
                && running.processes().stream().anyMatch(ClusterProcess::alive)) {
            throw new UsageException(
                    "the cluster in %s runs with other settings; end it first with deploy/local-cluster down --dir %s"
                            .formatted(folder, dir));
        }
        LocalCluster cluster = cluster(wanted);
        out().println("starting in " + folder);
        out().flush();
        cluster.up();
        show(cluster);
        hints(cluster);
    }

    @Command(
            name = "down",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = "End the processes of the cluster; what is in its folder stays.",
            footerHeading = "%nExample:%n",
            footer = "  alma cluster down")
    void down(@Mixin ClusterFolder dir) {
        int ended = existing(dir).down();
        out().println(ended == 0 ? "nothing was running" : "ended %d processes".formatted(ended));
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = "Show which processes run; the exit status is 1 when one does not.",
            footerHeading = "%nExample:%n",
            footer = "  alma cluster status")
    int status(@Mixin ClusterFolder dir) {
        LocalCluster cluster = existing(dir);
        show(cluster);
        return cluster.processes().stream().allMatch(ClusterProcess::alive) ? 0 : Alma.FAILED;
    }

    private static Distribution distribution() {
        Path folder = Installation.folder();
        return Installation.engine()
                .map(engine -> new Distribution(folder, engine))
                .orElseGet(() -> new Distribution(folder));
    }

    /** Whether a cluster becomes the other by starting TaskManagers, or is it. */
    private static boolean isAdded(ClusterSettings before, ClusterSettings wanted) {
        return before.taskManagers() <= wanted.taskManagers()
                && before.withTaskManagers(wanted.taskManagers()).equals(wanted);
    }

    private static ClusterSettings standard(Path folder) {
        int rpc = ClusterSettings.freePort();
        return new ClusterSettings(
                folder,
                KAFKA_PORT,
                WEB_PORT,
                rpc,
                TASK_MANAGERS,
                SLOTS,
                ClusterSettings.NATIVE_MEMORY);
    }

    private static int mebibytes(String size) {
        try {
            int mebibytes = MemorySize.parse(size).getMebiBytes();
            if (mebibytes > 0) {
                return mebibytes;
            }
        } catch (IllegalArgumentException e) {
            throw notMemory(size, e);
        }
        throw notMemory(size, null);
    }

    private static UsageException notMemory(String size, Throwable cause) {
        return new UsageException(
                "--native-memory: %s is no size of 1 MiB or more; give such as 512m or 2g"
                        .formatted(size),
                cause);
    }

    private static int count(String option, Integer given, int otherwise) {
        return given == null ? otherwise : DemoOptions.positive(option, given);
    }

    private static int port(String option, Integer given, int otherwise) {
        int port = given == null ? otherwise : given;
        if (port < 1 || port > 65535) {
            throw new UsageException("%s: %d is no port; give 1 to 65535".formatted(option, port));
        }
        return port;
    }

    private static LocalCluster existing(ClusterFolder dir) {
        return cluster(
                ClusterSettings.read(dir.absolute())
                        .orElseThrow(
                                () ->
                                        new UsageException(
                                                "--dir: there is no cluster in %s; start one with deploy/local-cluster up"
                                                        .formatted(dir))));
    }

    private static LocalCluster cluster(ClusterSettings settings) {
        return new LocalCluster(settings, distribution());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void show(LocalCluster cluster) {
        for (ClusterProcess process : cluster.processes()) {
            String state = process.alive() ? "process " + process.pid() : "does not run";
            out().printf("%-16s %-16s log %s%n", process.name(), state, process.log());
        }
        out().printf(
                        "Kafka %s, Flink http://127.0.0.1:%d, storage %s%n",
                        cluster.kafka(), cluster.settings().webPort(), cluster.storage());
    }

    private void hints(LocalCluster cluster) {
        ClusterSettings s = cluster.settings();
        String kafka = s.kafkaPort() == KAFKA_PORT ? "" : " --kafka " + cluster.kafka();
        String flink = s.webPort() == WEB_PORT ? "" : " --flink http://127.0.0.1:" + s.webPort();
        out().println("Next:");
        out().println("  ./alma topics create" + kafka);
        out().println("  ./alma submit deploy/experiments/mnist-waiting.yaml" + flink + kafka);
        out().println("  ./alma produce" + kafka);
        out().println("  ./alma watch" + kafka);
    }
}
