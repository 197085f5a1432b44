package org.almaflow.local;

import java.nio.file.Path;
import java.util.List;
import org.almaflow.learning.export.ModelExporter;
import org.almaflow.learning.export.ModelExporters;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Turn model files into a Deeplearning4j zip with the same outputs, or check and copy"
                    + " one.",
            "Model files are STORAGE/models/RUN/LEARNER/member-N-SHA256.safetensors; a demo's"
                    + " storage is its output folder, and 'alma watch snapshots' names the newest"
                    + " ones.",
            "",
            "The zip's network takes raw values as float32, pixels 0 to 255 not divided by"
                + " anything: its first layer, 'normalise', does that. Input is [n, values], or [n,"
                + " channels, height, width] for images. Output is [n, classes], the class"
                + " probabilities; the logits are the activation of the part 'logits'. One network"
                + " of plain layers is a MultiLayerNetwork, anything else a ComputationGraph; the"
                + " command says which. There is no updater state."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma export --model alma-out/models/RUN/w1/member-0-5f0c.safetensors --out w1.zip",
            "  alma export --model m0.safetensors --model m1.safetensors --average logits \\",
            "      --out ensemble.zip"
        })
final class ExportCommand implements Runnable {
    @Option(
            names = "--model",
            paramLabel = "FILE",
            required = true,
            description = "Model file; once for each member of an ensemble.")
    private List<Path> models;

    @Option(
            names = "--average",
            paramLabel = "WHAT",
            defaultValue = "probabilities",
            description =
                    "What several models average, probabilities or logits, as the learner's family"
                            + " does (default: ${DEFAULT-VALUE}).")
    private Averaging averaging;

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            defaultValue = "dl4j",
            description = "Format: dl4j, or safetensors for one model (default: ${DEFAULT-VALUE}).")
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
        Predictor predictor =
                new Predictor(models.stream().map(ModelFile::read).toList(), averaging);
        String remark = ModelFile.write(out, file -> exporter.export(predictor, file));
        spec.commandLine().getOut().println("wrote %s; %s".formatted(out, remark));
    }
}
