package org.almaflow.local;

import java.nio.file.Path;
import java.time.Duration;
import org.almaflow.observer.export.RunFormat;
import org.almaflow.observer.export.TrackedRun;
import org.almaflow.observer.export.TrackedRuns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma export-run}. */
@Command(
        name = "export-run",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Write a run as the files that MLflow's or TensorBoard's page shows.",
            "Reads the files that alma demo wrote (--from), or the metric topics (--kafka). Each"
                + " learner becomes a run of theirs; the step of a metric is the arrival. Several"
                + " runs may go to one folder; one that is there already is replaced."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma export-run --from alma-out --to mlflow --out tracked",
            "  alma export-run --kafka 127.0.0.1:9092 --to tensorboard --out logs"
        })
final class ExportRunCommand implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(names = "--from", paramLabel = "DIR", description = "Folder of a run.")
    private Path folder;

    @Mixin private RunOptions run;

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            required = true,
            description = {
                "mlflow: a file store, DIR/mlruns; tensorboard: event files,"
                        + " DIR/RUN/LEARNER/events.out.tfevents..."
            })
    private RunFormat format;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder to write to; made where it is missing.")
    private Path out;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        if ((folder == null) != run.kafka().isGiven()) {
            throw new UsageException(
                    "which run? name its folder with --from, or a broker with --kafka; one of the"
                            + " two");
        }
        if (folder != null && run.id().isPresent()) {
            throw new UsageException("--run chooses a run of the topics; a folder has one only");
        }
        TrackedRun tracked =
                folder == null
                        ? TrackedRuns.inTopics(
                                run.kafka().clientProperties(),
                                run.kafka().topics(),
                                run.id(),
                                PATIENCE)
                        : TrackedRuns.inFolder(folder);
        spec.commandLine().getOut().println(format.write(tracked, out));
    }
}
