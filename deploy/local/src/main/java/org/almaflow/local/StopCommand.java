package org.almaflow.local;

import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.pipeline.store.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma stop}. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Stop the job of a run on a Flink cluster with a savepoint, and say where that is.",
            "alma submit goes on from it, with the same or a changed experiment, on as many"
                    + " subtasks as it is told, with this or a newer build."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma stop --run mnist-1",
            "  alma submit experiment.yaml --run mnist-1 --from"
                    + " file:///data/alma/runs/mnist-1/savepoints/savepoint-1a2b3c"
        })
final class StopCommand implements Runnable {
    private static final long POLL_MILLIS = 200;

    @Option(
            names = "--run",
            paramLabel = "ID",
            required = true,
            description = "Id of the run, as alma submit printed it.")
    private String run;

    @Mixin private FlinkOptions flink;

    @Option(
            names = "--storage",
            paramLabel = "URI",
            description = {
                "The storage of the run, whose folder of savepoints gets this one (default: what"
                        + " the cluster's configuration has as "
                        + SubmitCommand.STORAGE
                        + ")."
            })
    private String storage;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = Spans.class,
            defaultValue = "5m",
            description = "How long to wait for the savepoint (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        FlinkRest cluster = flink.cluster();
        String job =
                cluster.activeJob(name -> name.endsWith(" (%s)".formatted(run)))
                        .orElseThrow(
                                () ->
                                        new UsageException(
                                                "--run: the cluster at %s has no job of run '%s' that has not ended"
                                                        .formatted(flink.url(), run)));
        URI root =
                storage == null
                        ? SubmitCommand.configuredStorage(cluster)
                        : DemoOptions.uri(storage);
        String folder = new RunStore(root, run).savepoints();
        String savepoint = await(cluster, job, cluster.stop(job, folder));
        PrintWriter out = spec.commandLine().getOut();
        out.println("job %s has stopped".formatted(job));
        out.println("savepoint %s".formatted(savepoint));
        out.println("Next:");
        out.println("  ./alma submit EXPERIMENT --run %s --from %s".formatted(run, savepoint));
    }

    private String await(FlinkRest cluster, String job, String request) {
        long end = System.nanoTime() + timeout.toNanos();
        Optional<String> savepoint = cluster.savepoint(job, request);
        while (savepoint.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new FailureException(
                        "--timeout: job %s has no savepoint yet after %d s; it stops when it has one, see its checkpoints in Flink's web page"
                                .formatted(job, timeout.toSeconds()));
            }
            Pause.of(POLL_MILLIS, "waiting for the savepoint");
            savepoint = cluster.savepoint(job, request);
        }
        return savepoint.get();
    }
}
