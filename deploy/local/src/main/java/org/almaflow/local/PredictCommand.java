package org.almaflow.local;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.almaflow.observer.JsonLines;
import org.almaflow.observer.predict.PredictClient;
import org.almaflow.observer.predict.PublishedModels;
import org.almaflow.observer.predict.Question;
import org.almaflow.producer.dataset.ExampleFile;
import org.almaflow.schemas.ModelChoice;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.Prediction;
import org.almaflow.schemas.SnapshotEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alma predict}. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Ask a running predictor for the classes of examples.",
            "A predictor runs in the demo, and on a Flink cluster after 'alma submit predict'.",
            "",
            "Files: PNG and JPEG images, idx images (-ubyte), CSV rows without labels and with a"
                    + " header line, arrays of NumPy (.npy), or bytes as a chunk has them (.raw)."
                    + " Sizes and types must be the stream's. Exits with 1 unless every answer is"
                    + " OK."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma predict --learner sm-w1 seven.png --kafka 127.0.0.1:9092",
            "  alma predict --best --json t10k-images-idx3-ubyte"
        })
final class PredictCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Bytes of features in one request. */
    private static final int BYTES = 512 * 1024;

    /** Examples in one request, so that its answer stays small. */
    private static final int EXAMPLES = 256;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of examples.")
    private List<Path> files;

    @Option(
            names = "--learner",
            paramLabel = "ID",
            description = "Learner that answers (default: any of the stream's).")
    private String learner;

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description = "Stream whose learners may answer (default: any).")
    private String stream;

    @Option(
            names = "--best",
            description =
                    "The model with the best validation accuracy answers (default: the newest).")
    private boolean best;

    @Option(
            names = "--max-age",
            paramLabel = "D",
            converter = Spans.class,
            description = "An older model does not answer, such as 10m (default: any age).")
    private Duration maxAge = Duration.ZERO;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = Spans.class,
            description = "How long to wait for an answer (default: 10s).")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(names = "--json", description = "One JSON object a request instead of a table.")
    private boolean json;

    @Mixin private KafkaOptions kafka;
    @Spec private CommandSpec spec;

    private record Asked(ExampleFile file, ByteBuffer examples) {}

    /** One request: examples {@code first..} of a file. */
    private record Part(Path file, int first, CompletableFuture<PredictResponse> answer) {}

    @Override
    public Integer call() {
        SnapshotEvent model = model();
        // All of them before the first is asked about: a wrong one is found before anything is
        // done.
        List<Asked> read =
                files.stream()
                        .map(path -> new ExampleFile(path, model.getSpec()))
                        .map(file -> new Asked(file, file.read()))
                        .toList();
        List<Part> parts = new ArrayList<>();
        try (PredictClient client =
                new PredictClient(kafka.clientProperties(), kafka.topics(), PATIENCE)) {
            read.forEach(asked -> ask(client, model, asked, parts));
            if (!json) {
                out().println(ROW.formatted("file", "example", "class", "p", "model"));
            }
            boolean answered = true;
            for (Part part : parts) {
                answered &= show(part, await(part));
            }
            return answered ? 0 : Alma.FAILED;
        }
    }

    private static final String ROW = "%-24s  %7s  %-12s  %6s  %s";

    /** The snapshot that says what an example of the stream is. */
    private SnapshotEvent model() {
        PublishedModels models =
                PublishedModels.read(kafka.clientProperties(), kafka.topics(), PATIENCE);
        return models.newest(stream, learner)
                .orElseThrow(
                        () ->
                                new FailureException(
                                        models.snapshots().isEmpty()
                                                ? "no model has been published yet; ask again after"
                                                        + " the first session"
                                                : "no such model has been published; there are models of %s"
                                                        .formatted(
                                                                String.join(
                                                                        ", ", models.learners()))));
    }

    private void ask(PredictClient client, SnapshotEvent model, Asked asked, List<Part> parts) {
        ByteBuffer examples = asked.examples();
        int bytes = asked.file().bytes();
        int count = asked.file().count(examples);
        int most = Math.max(1, Math.min(EXAMPLES, BYTES / bytes));
        for (int first = 0; first < count; first += most) {
            int some = Math.min(most, count - first);
            ByteBuffer features = examples.slice(first * bytes, some * bytes);
            Question question =
                    new Question(
                            stream,
                            learner,
                            best ? ModelChoice.BEST : ModelChoice.NEWEST,
                            maxAge,
                            model.getSpec().getElementType(),
                            model.getSpec().getShape(),
                            some,
                            features);
            parts.add(new Part(asked.file().path(), first, client.ask(question, timeout)));
        }
    }

    private PredictResponse await(Part part) {
        try {
            return part.answer().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new FailureException(
                        "no predictor answered within %s; start one with alma submit predict, or wait longer with --timeout"
                                .formatted(
                                        timeout.toString().substring(2).toLowerCase(Locale.ROOT)),
                        e);
            }
            throw new FailureException(ErrorLine.sentence(e.getCause()), e);
        }
    }

    private boolean show(Part part, PredictResponse answer) {
        boolean answered = answer.getStatus() == PredictStatus.OK;
        if (json) {
            out().println(JsonLines.line(answer));
        } else if (answered) {
            rows(part, answer);
        }
        if (!answer.getMessage().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "alma: %s: %s: %s"
                                    .formatted(
                                            part.file(), answer.getStatus(), answer.getMessage()));
        }
        return answered;
    }

    private void rows(Part part, PredictResponse answer) {
        String model =
                "%s version %d, %.1f s old"
                        .formatted(
                                answer.getModel().getLearner(),
                                answer.getModel().getVersion(),
                                answer.getModelAgeMillis() / 1e3);
        int example = part.first();
        for (Prediction one : answer.getPredictions()) {
            String probability = "%.3f".formatted(one.getProbabilities().get(one.getLabel()));
            out().println(
                            ROW.formatted(
                                    part.file().getFileName(),
                                    example++,
                                    one.getClassName(),
                                    probability,
                                    model));
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
