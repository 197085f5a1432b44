package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code alma predict} says when it cannot ask, or nobody answers. */
class PredictTest {
    @TempDir static Path kafkaFolder;
    @TempDir static Path folder;
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(kafkaFolder, OptionalInt.empty());
        TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        admin.create(new Topics("empty"), (short) 1);
        admin.create(new Topics("alma"), (short) 1);
        TestingSnapshots.publish(
                kafka.bootstrapServers(), List.of(TestingSnapshots.of("run-1", "w1", 1)));
        image("right.png", 28, 28);
        image("small.png", 27, 28);
        Files.writeString(folder.resolve("rows.csv"), "a,b\n1,2\n");
        Files.writeString(folder.resolve("notes.txt"), "hello");
        Files.write(folder.resolve("short.raw"), new byte[783]);
        Files.write(folder.resolve("empty.png"), new byte[0]);
    }

    private static void image(String name, int width, int height) throws IOException {
        File file = folder.resolve(name).toFile();
        assertThat(
                        ImageIO.write(
                                new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY),
                                "png",
                                file))
                .isTrue();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    /** One sentence on one line, and status 1. */
    private static void assertSays(String sentence, String file, String... options) {
        AlmaRun run = predict(file, options);
        assertThat(run.err()).contains(sentence);
        assertThat(run.err().strip()).doesNotContain("\n");
        assertThat(run.status()).isEqualTo(1);
    }

    private static AlmaRun predict(String file, String... options) {
        return AlmaRun.of(
                Stream.concat(
                                Stream.of(
                                        "predict",
                                        folder.resolve(file).toString(),
                                        "--kafka",
                                        kafka.bootstrapServers()),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    @Test
    void saysThatThereIsNoModelYet() {
        assertSays("no model has been published yet", "right.png", "--prefix", "empty");
        assertSays("there are models of w1", "right.png", "--learner", "nobody");
        assertSays("there are models of w1", "right.png", "--stream", "letters");
        assertSays("topic none.snapshots is missing", "right.png", "--prefix", "none");
    }

    @Test
    void saysWhyAFileDoesNotFit() {
        assertSays("there is no file", "missing.png");
        assertSays("the image is 28 x 27, and those of the stream are 28 x 28", "small.png");
        assertSays("a CSV file holds numbers, and examples of the stream are UINT8", "rows.csv");
        assertSays("what kind of file is that?", "notes.txt");
        assertSays("783 bytes are no whole number of examples of 784 bytes", "short.raw");
        assertSays("empty.png", "empty.png");
    }

    @Test
    void saysThatNobodyAnswers() {
        AlmaRun run = predict("right.png", "--timeout", "200ms");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("no predictor answered within 0.2s; start one with alma submit predict");
    }
}
