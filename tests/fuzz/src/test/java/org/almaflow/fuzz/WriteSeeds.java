package org.almaflow.fuzz;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.pipeline.store.SliceStore.ChunkKey;
import org.almaflow.pipeline.store.SliceStore.StagedSlice;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.RecordCodec;
import org.junit.jupiter.api.Test;

/**
 * Writes the seed corpus; run it after a format has changed, by its name: {@code ./mvnw -pl
 * tests/fuzz -am test -Dtest=WriteSeeds -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class WriteSeeds {
    private static final Path RESOURCES = Path.of("src/test/resources/org/almaflow");
    private static final String IMAGES = "producer/dataset/DatasetFuzzTest";

    @Test
    void slicesAndChunks() throws IOException {
        RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
        for (long chunk = 0; chunk < 3; chunk++) {
            seed(
                    "pipeline/assemble/SliceFuzzTest",
                    "aRecordOfTheTopic",
                    "chunk-" + chunk,
                    codec.encode(Seeds.slice(chunk)));
        }
        Path folder = Files.createTempDirectory("alma-seeds");
        ChunkStore store = new ChunkStore(folder.toUri(), "run", Seeds.STREAM);
        ChunkSlice slice = Seeds.slice(1);
        store.stage(slice);
        StagedSlice staged = new StagedSlice(0, slice.getExamples(), slice.getCrc32c());
        String path = store.compose(new ChunkKey("p", 1), Seeds.spec(), List.of(staged)).path();
        byte[] file = Files.readAllBytes(Path.of(java.net.URI.create(path)));
        seed("pipeline/store/ChunkFileFuzzTest", "aChunkFile", "chunk", file);
    }

    @Test
    void experiments() throws IOException {
        try (var files = Files.list(Path.of("../../deploy/experiments"))) {
            for (Path file : files.toList()) {
                seed(
                        "learning/experiment/ExperimentFuzzTest",
                        "anExperimentFile",
                        String.valueOf(file.getFileName()),
                        Files.readAllBytes(file));
            }
        }
    }

    @Test
    void models() throws IOException {
        String test = "learning/network/SafetensorsFuzzTest";
        for (NetworkSpec network : Seeds.networks()) {
            String name = network.getClass().getSimpleName();
            seed(test, "aModelFile", name, Seeds.model(network));
            byte[] json = NetworkJson.write(network).getBytes(StandardCharsets.UTF_8);
            seed(test, "aNetworkInJson", name, json);
        }
    }

    @Test
    void datasets() throws IOException {
        String csv = "a,b,label\n1,2,x\n3,-4.5e2,y\n\"5\",6,x\n";
        seed(IMAGES, "aCsvFile", "table", csv.getBytes(StandardCharsets.UTF_8));
        for (String format : List.of("png", "jpg")) {
            seed(IMAGES, "anImage", "grey-" + format, image(BufferedImage.TYPE_BYTE_GRAY, format));
            seed(IMAGES, "anImage", "colour-" + format, image(BufferedImage.TYPE_INT_RGB, format));
        }
        seed(IMAGES, "anImage", "palette", image(BufferedImage.TYPE_BYTE_INDEXED, "png"));
        seed(IMAGES, "anImage", "transparent", image(BufferedImage.TYPE_INT_ARGB, "png"));
        ByteBuffer images = ByteBuffer.allocate(20).putInt(0x803).putInt(1).putInt(2).putInt(2);
        seed(IMAGES, "anIdxFile", "images", images.array());
        ByteBuffer labels = ByteBuffer.allocate(10).putInt(0x801).putInt(2);
        seed(IMAGES, "anIdxFile", "labels", labels.array());
        seed(IMAGES, "aCifarBatch", "one", new byte[1 + 3 * 32 * 32]);
    }

    private static byte[] image(int type, String format) throws IOException {
        BufferedImage image = new BufferedImage(4, 3, type);
        image.setRGB(1, 1, 0xFF20C040);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return bytes.toByteArray();
    }

    private static void seed(String test, String method, String name, byte[] content)
            throws IOException {
        Path folder = RESOURCES.resolve(test + "Inputs").resolve(method);
        Files.createDirectories(folder);
        Files.write(folder.resolve(name), content);
    }
}
