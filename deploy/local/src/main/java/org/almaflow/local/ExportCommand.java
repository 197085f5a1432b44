package org.almaflow.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
                    + " with the same outputs, or into its model files.",
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
            "  alma export --snapshot w1 --to onnx --out w1.onnx --kafka 127.0.0.1:9092",
            "  alma export --snapshot ens@50 --run RUN --to safetensors --out ens.safetensors"
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

    @Mixin private RunOptions run;

    @Option(
            names = "--average",
            paramLabel = "WHAT",
            defaultValue = "probabilities",
            description =
                    "What several --model average, probabilities or logits, as the learner's family"
                            + " does (default: ${DEFAULT-VALUE}). A snapshot says it itself.")
    private Averaging averaging;

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            defaultValue = "dl4j",
            description = {
                "Format: dl4j, onnx, or safetensors (default: ${DEFAULT-VALUE}). A safetensors file"
                        + " holds one model: several go to w1-member-0.safetensors,"
                        + " w1-member-1.safetensors, ... with --out w1.safetensors."
            })
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
        List<Predictor> files = exporter.files(predictor);
        if (files.size() == 1) {
            write(exporter, predictor, out);
            return;
        }
        for (int member = 0; member < files.size(); member++) {
            write(exporter, files.get(member), ModelFile.ofMember(out, member));
        }
        say(
                "together they predict by the mean of their %s"
                        .formatted(predictor.averaging().name().toLowerCase(Locale.ROOT)));
    }

    private void write(ModelExporter exporter, Predictor predictor, Path file) {
        String remark = ModelFile.write(file, stream -> exporter.export(predictor, stream));
        say("wrote %s; %s".formatted(file, remark));
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }

    private Predictor predictor() {
        if (models.isEmpty() == (snapshot == null)) {
            throw new UsageException(
                    "what is to be exported? give --model FILE or --snapshot LEARNER");
        }
        if (snapshot == null && run.id().isPresent()) {
            throw new UsageException("--run chooses a run of the topics; a file is of one only");
        }
        return snapshot == null
                ? new Predictor(models.stream().map(ModelFile::read).toList(), averaging)
                : SnapshotModels.read(snapshot, run);
    }
}
