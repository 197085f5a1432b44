package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the zip is tested beside the exporter. */
class ExportTest {
    @TempDir Path folder;

    @Test
    void writesAZipThatDl4jsSerializerReads() throws IOException {
        Path out = folder.resolve("model.zip");
        AlmaRun run = AlmaRun.of("export", "--model", model(2, 1), "--out", out.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .isEqualToIgnoringNewLines(
                        "wrote %s; restore with ModelSerializer.restoreMultiLayerNetwork"
                                .formatted(out));
        try (ZipFile zip = new ZipFile(out.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .containsExactlyInAnyOrder("configuration.json", "coefficients.bin");
        }
        assertThat(files()).containsExactlyInAnyOrder("model.zip", "model-2-1.safetensors");
    }

    @Test
    void writesAnOnnxFile() throws IOException {
        Path out = folder.resolve("model.onnx");
        AlmaRun run = AlmaRun.of("export", "--model", model(2, 1), "--to=onnx", "--out=" + out);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("feed 'input', uint8 of shape [n, 1, 2, 3]");
        assertThat(out).isNotEmptyFile();
    }

    private AlmaRun exportOfTwo(String format, Path out) throws IOException {
        return AlmaRun.of(
                "export",
                "--model=" + model(2, 1),
                "--model=" + model(2, 2),
                "--average=logits",
                "--to=" + format,
                "--out=" + out);
    }

    @Test
    void writesAnEnsembleAsOneNetwork() throws IOException {
        Path out = folder.resolve("both.zip");
        AlmaRun run = exportOfTwo("dl4j", out);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("restore with ModelSerializer.restoreComputationGraph");
        assertThat(out).isNotEmptyFile();
    }

    @Test
    void copiesAModelFile() throws IOException {
        Path out = Files.writeString(folder.resolve("copy.safetensors"), "replaced");
        AlmaRun run =
                AlmaRun.of(
                        "export", "--to", "safetensors", "--model", model(2, 1), "--out", "" + out);

        assertThat(run.status()).isZero();
        assertThat(out).hasSameBinaryContentAs(Path.of(model(2, 1)));
    }

    @Test
    void copiesSeveralModelFilesToAFileEach() throws IOException {
        Path out = folder.resolve("both.safetensors");
        AlmaRun run = exportOfTwo("safetensors", out);

        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .containsExactly(
                        "wrote %s/both-member-0.safetensors; read with any safetensors library"
                                .formatted(folder),
                        "wrote %s/both-member-1.safetensors; read with any safetensors library"
                                .formatted(folder),
                        "together they predict by the mean of their logits");
        assertThat(folder.resolve("both-member-0.safetensors"))
                .hasSameBinaryContentAs(Path.of(model(2, 1)));
        assertThat(folder.resolve("both-member-1.safetensors"))
                .hasSameBinaryContentAs(Path.of(model(2, 2)));
        assertThat(out).doesNotExist();
    }

    @Test
    void namesTheFileOfAMember() {
        assertThat(ModelFile.ofMember(Path.of("x/a.b.safetensors"), 3))
                .isEqualTo(Path.of("x/a.b-member-3.safetensors"));
        assertThat(ModelFile.ofMember(Path.of("plain"), 0)).isEqualTo(Path.of("plain-member-0"));
        assertThat(ModelFile.ofMember(Path.of(".hidden"), 0))
                .isEqualTo(Path.of(".hidden-member-0"));
    }

    @Test
    void refusesWhatIsNoModelFile() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.safetensors"), "not a model at all");
        Path cut = folder.resolve("cut.safetensors");
        byte[] whole = Files.readAllBytes(Path.of(model(2, 1)));
        Files.write(cut, Arrays.copyOf(whole, whole.length - 4));

        String other = "{\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}";
        ByteBuffer header = ByteBuffer.allocate(8 + other.length()).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(other.length()).put(other.getBytes(StandardCharsets.UTF_8));
        Path foreign = Files.write(folder.resolve("foreign.safetensors"), header.array());

        fails(2, "model file nowhere.safetensors does not exist", "--model=nowhere.safetensors");
        fails(2, "it is a folder", "--model=" + folder);
        fails(2, text + " is no model file of this program: ", "--model=" + text);
        fails(
                2,
                foreign + " is no model file of this program: no network spec",
                "--model=" + foreign);
        fails(2, cut + " is no model file of this program: ", "--model=" + cut);
        assertThat(files()).doesNotContain("out.zip", ".out.zip.tmp");
    }

    @Test
    void refusesModelsThatCannotPredictTogether() throws IOException {
        fails(
                2,
                "models with different classes cannot predict together: 2 and 3",
                "--model=" + model(2, 1),
                "--model=" + model(3, 1));
        assertThat(files()).doesNotContain("out.zip", ".out.zip.tmp");
    }

    @Test
    void refusesWrongOptions() throws IOException {
        fails(2, "what is to be exported? give --model FILE or --snapshot LEARNER");
        fails(
                2,
                "'onx' is no export format; choose dl4j or onnx or safetensors",
                "--model=" + model(2, 1),
                "--to=onx");
        fails(2, "a file is of one only", "--model=" + model(2, 1), "--run=run-1");
        fails(2, "--average", "--model=" + model(2, 1), "--average=votes");
    }

    @Test
    void namesATargetThatCannotBeWritten() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
        String model = "--model=" + model(2, 1);

        fails(
                1,
                "cannot write /proc/alma/out.zip (there is no folder /proc/alma)",
                model,
                "--out=/proc/alma/out.zip");
        fails(
                2,
                "--out: %s is a folder; give a file in it".formatted(locked),
                model,
                "--out=" + locked);
        if (!Files.isWritable(locked)) {
            fails(1, "(permission denied?)", model, "--out=" + locked + "/out.zip");
        }
        fails(1, "cannot write /proc/out.zip (permission denied?)", model, "--out=/proc/out.zip");
    }

    private void fails(int status, String message, String... args) {
        Stream<String> all = Stream.concat(Stream.of("export"), Stream.of(args));
        boolean out = Stream.of(args).anyMatch(a -> a.startsWith("--out"));
        Stream<String> more =
                out ? Stream.of() : Stream.of("--out", "" + folder.resolve("out.zip"));
        CommandLineTest.assertFails(
                status, message, Stream.concat(all, more).toArray(String[]::new));
    }

    /** Writes a small model; returns its path. */
    private String model(int classes, long seed) throws IOException {
        InputSpec input = new InputSpec(ElementType.UINT8, List.of(1, 2, 3), List.of(), List.of());
        MlpSpec spec = new MlpSpec(input, List.of(4), classes);
        Path file = folder.resolve("model-%d-%d.safetensors".formatted(classes, seed));
        Files.write(
                file, Safetensors.write(new Safetensors.Model(spec, Tensors.initial(spec, seed))));
        return file.toString();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
