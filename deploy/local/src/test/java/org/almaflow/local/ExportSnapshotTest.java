package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code alma export --snapshot} of learners with several networks, in several runs. */
class ExportSnapshotTest {
    @TempDir static Path kafkaFolder;
    @TempDir static Path models;
    private static EmbeddedKafka kafka;

    @TempDir Path folder;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(kafkaFolder, OptionalInt.empty());
        new TopicAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers()))
                .create(new Topics(Topics.DEFAULT_PREFIX), (short) 1);
        TestingSnapshots.publish(
                kafka.bootstrapServers(),
                List.of(
                        ensemble("run-1", 5, 1, 2),
                        ensemble("run-1", 9, 3, 4, 5),
                        ensemble("run-2", 7, 6, 7)));
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private static SnapshotEvent ensemble(String run, long version, long... seeds)
            throws Exception {
        SnapshotEvent snapshot = TestingSnapshots.of(run, "ens", version);
        snapshot.setFamily("Ens");
        snapshot.setAveraging("PROBABILITIES");
        List<ModelFile> members = new ArrayList<>();
        for (long seed : seeds) {
            members.add(member(members.size(), seed));
        }
        snapshot.setMembers(members);
        return snapshot;
    }

    private static ModelFile member(int member, long seed) throws Exception {
        InputSpec input = new InputSpec(ElementType.UINT8, List.of(1, 2, 3), List.of(), List.of());
        MlpSpec spec = new MlpSpec(input, List.of(4), 2);
        byte[] bytes = Safetensors.write(new Safetensors.Model(spec, Tensors.initial(spec, seed)));
        Path file = Files.write(model(seed), bytes);
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(bytes);
        return new ModelFile(
                member,
                file.toUri().toString(),
                HexFormat.of().formatHex(sum),
                (long) bytes.length,
                "{}");
    }

    /** The file of the model that has these initial weights. */
    private static Path model(long seed) {
        return models.resolve("seed-%d.safetensors".formatted(seed));
    }

    private AlmaRun export(String out, String... options) {
        return AlmaRun.of(
                Stream.concat(
                                Stream.of(
                                        "export",
                                        "--kafka=" + kafka.bootstrapServers(),
                                        "--out=" + folder.resolve(out)),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void anEnsembleGoesToOneFileOfDl4jAndOnnx() throws IOException {
        AlmaRun zip = export("ens.zip", "--snapshot=ens", "--to=dl4j");
        assertThat(zip.err()).isEmpty();
        assertThat(zip.out()).contains("ModelSerializer.restoreComputationGraph");

        AlmaRun onnx = export("ens.onnx", "--snapshot=ens", "--to=onnx");
        assertThat(onnx.err()).isEmpty();
        assertThat(onnx.out()).contains("feed 'input', uint8 of shape [n, 1, 2, 3]");
        assertThat(files()).containsExactly("ens.onnx", "ens.zip");
    }

    @Test
    void anEnsembleGoesToASafetensorsFileAMember() throws IOException {
        AlmaRun run = export("ens.safetensors", "--snapshot=ens@5", "--to=safetensors");

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("wrote %s/ens-member-0.safetensors; ".formatted(folder))
                .contains("wrote %s/ens-member-1.safetensors; ".formatted(folder))
                .contains("by the mean of their probabilities");
        assertThat(files()).containsExactly("ens-member-0.safetensors", "ens-member-1.safetensors");
        assertIsModel("ens-member-0.safetensors", 1);
        assertIsModel("ens-member-1.safetensors", 2);
    }

    @Test
    void theNewestSnapshotSaysWhichRunCounts() {
        assertThat(export("x.safetensors", "--snapshot=ens", "--to=safetensors").out().lines())
                .hasSize(4);
        assertIsModel("x-member-2.safetensors", 5);
        AlmaRun other = export("x.zip", "--snapshot=ens@7");
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("the topic has no ens@7; there are versions [5, 9]");
    }

    @Test
    void aRunCanBeNamed() {
        String[] ask = {"--snapshot=ens", "--run=run-2", "--to=safetensors"};
        assertThat(export("x.safetensors", ask).out().lines()).hasSize(3);
        assertIsModel("x-member-0.safetensors", 6);

        AlmaRun unknown = export("x.zip", "--snapshot=ens", "--run=run-3");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err())
                .contains("no snapshot of run 'run-3'; there are some of run-1, run-2");
    }

    private void assertIsModel(String file, long seed) {
        assertThat(folder.resolve(file)).hasSameBinaryContentAs(model(seed));
    }
}
