package org.almaflow.local;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.pipeline.JobOptionsException;
import org.almaflow.pipeline.predict.PredictJob;
import org.almaflow.pipeline.predict.PredictOption;
import org.almaflow.pipeline.predict.PredictOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma submit predict}. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Run a predictor on a Flink cluster: it answers the topic of requests with the newest"
                    + " models, each request once.",
            "The topics must exist, and every TaskManager must reach the models' storage. It goes"
                    + " on until it is cancelled; started again, it answers what came meanwhile."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma submit predict --flink http://127.0.0.1:8081 --kafka 127.0.0.1:9092 \\",
            "      -O parallelism=2 -O max-model-age=\"10 min\""
        })
final class SubmitPredictCommand implements Runnable {
    @Mixin private FlinkOptions flink;

    @Mixin private KafkaOptions kafka;

    @Option(
            names = {"-O", "--job-option"},
            paramLabel = "NAME=VALUE",
            description = "Further options of the job, such as parallelism=2.")
    private Map<String, String> jobOptions = new LinkedHashMap<>();

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "Job jar (default: the one in the folder job beside alma.jar).")
    private Path jar;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        PredictOptions options = options();
        Path job = SubmitCommand.jar(jar);
        FlinkRest cluster = flink.cluster();
        PrintWriter out = spec.commandLine().getOut();
        out.println("Flink %s at %s".formatted(cluster.version(), flink.url()));
        String uploaded = cluster.upload(job);
        out.println("uploaded %s".formatted(job.getFileName()));
        List<String> args = List.of(options.toArgs());
        out.println("job %s".formatted(cluster.run(uploaded, PredictJob.class.getName(), args)));
    }

    private PredictOptions options() {
        try {
            PredictOptions options =
                    PredictOptions.of(kafka.brokers())
                            .with(PredictOption.TOPIC_PREFIX, kafka.topics().prefix())
                            .withKafka(kafka.extraProperties());
            for (Map.Entry<String, String> one : jobOptions.entrySet()) {
                options =
                        options.with(
                                SubmitCommand.option(PredictOption.values(), one.getKey()),
                                one.getValue());
            }
            return options;
        } catch (JobOptionsException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
