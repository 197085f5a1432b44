package org.almaflow.local;

import java.nio.file.Path;
import java.util.List;
import org.almaflow.learning.export.ModelExporter;
import org.almaflow.learning.export.ModelExporters;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Turn model files or a published snapshot into a Deeplearning4j zip or an ONNX file"
                    + " with the same outputs, or check and copy one.",
            "Model files are STORAGE/models/RUN/LEARNER/member-N-SHA256.safetensors; a demo's"
                    + " storage is its output folder, and 'alma watch snapshots' names the newest"
                    + " ones.",
            "",
            "The zip's network takes raw values as float32, pixels 0 to 255 not divided by"
                + " anything: its first layer, 'normalise', does that. Input is [n, values], or [n,"
                + " channels, height, width] for images. Output is [n, classes], the class"
                + " probabilities; the logits are the activation of the part 'logits'. One network"
                + " of plain layers is a MultiLayerNetwork, anything else a ComputationGraph; the"
                + " command says which. There is no updater state.",
            "",
            "An ONNX file takes 'input' in the stream's own type, [n, shape], not normalised, and"
                    + " gives 'probabilities', [n, classes], and 'logits' where there are any."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma export --model alma-out/models/RUN/w1/member-0-5f0c.safetensors --out w1.zip",
            "  alma export --model m0.safetensors --model m1.safetensors --average logits \\",
            "      --out ensemble.zip",
            "  alma export --snapshot w1 --to onnx --out w1.onnx --kafka 127.0.0.1:9092"
        })
final class ExportCommand implements Runnable {
    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "Model file; once for each member of an ensemble.")
    private List<Path> models = List.of();

    @Option(
            names = "--snapshot",
            paramLabel = "LEARNER[@VERSION]",
            description = {
                "Instead of files: a learner's newest snapshot, or one of its versions, as the"
                        + " topic of snapshots has it, with all members and their average."
            })
    private String snapshot;

    @Mixin private KafkaOptions kafka;

    @Option(
            names = "--average",
            paramLabel = "WHAT",
            defaultValue = "probabilities",
            description =
                    "What several --model average, probabilities or logits, as the learner's family"
                            + " does (default: ${DEFAULT-VALUE}).")
    private Averaging averaging;

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            defaultValue = "dl4j",
            description =
                    "Format: dl4j, onnx, or safetensors for one model (default: ${DEFAULT-VALUE}).")
    private String format;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "File to write; one that is there is replaced.")
    private Path out;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        ModelExporter exporter = ModelExporters.find(format);
        Predictor predictor = predictor();
        String remark = ModelFile.write(out, file -> exporter.export(predictor, file));
        spec.commandLine().getOut().println("wrote %s; %s".formatted(out, remark));
    }

    private Predictor predictor() {
        if (models.isEmpty() == (snapshot == null)) {
            throw new UsageException(
                    "what is to be exported? give --model FILE or --snapshot LEARNER");
        }
        return snapshot == null
                ? new Predictor(models.stream().map(ModelFile::read).toList(), averaging)
                : SnapshotModels.read(snapshot, kafka);
    }
}
