package org.almaflow.tests.faults;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small data sets, made from a seed, and the experiments on them. */
final class Samples {
    private static final int SIDE = 8;
    private static final int CLASSES = 4;

    private Samples() {}

    /**
     * Writes an experiment of all families, with its images.
     *
     * @param epochs of every session
     */
    static Path families(Path folder, int chunks, long intervalMillis, int epochs)
            throws IOException {
        Path data = folder.resolve("dots");
        Random random = new Random(5);
        images(data.resolve("train"), 100 * chunks, random);
        images(data.resolve("holdout"), 400, random);
        Path file = folder.resolve("faults.yaml");
        return Files.writeString(file, familiesText(data, chunks, intervalMillis, epochs));
    }

    /** Eight learners of all families, each with long sessions of short steps. */
    private static String familiesText(Path data, int chunks, long intervalMillis, int epochs) {
        return """
        name: faults
        seed: 7
        stream: {name: dots, dataset: %s, chunks: %d, arrival: {schedule: fixed, interval: %dms}}
        defaults:
          network: {type: mlp, hidden: [32, 32]}
          wait: {chunks: 2}
          training:
            batch_size: 8
            max_epochs: %d
            patience: 1000
            delta: 0
            optimizer: {type: adadelta}
        learners:
          - {id: sm, family: SM, wait: {chunks: 1}}
          - {id: sm-w3, family: SM, wait: {chunks: 3}, replay: 0.5}
          - {id: ens, family: Ens, k: 2}
          - {id: umix, family: UMix, k: 2}
          - {id: gens, family: gEns}
          - {id: moe, family: MoE, experts: 2}
          - {id: gmoe, family: gMoE, experts: 2}
          - id: ff
            family: FF
            new_channels: 2
            network: {type: vgg, channels: 2, convolutions: [1, 1]}
        """
                .formatted(data, chunks, intervalMillis, epochs);
    }

    /** Noise with a bright quarter, which is the class. */
    private static void images(Path folder, int count, Random random) throws IOException {
        for (int c = 0; c < CLASSES; c++) {
            Files.createDirectories(folder.resolve("class-" + c));
        }
        for (int i = 0; i < count; i++) {
            int label = i % CLASSES;
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            for (int p = 0; p < SIDE * SIDE; p++) {
                int x = p % SIDE;
                int y = p / SIDE;
                boolean bright = (x < SIDE / 2 ? 0 : 1) + (y < SIDE / 2 ? 0 : 2) == label;
                image.getRaster().setSample(x, y, 0, random.nextInt(200) + (bright ? 30 : 0));
            }
            Path file = folder.resolve("class-" + label).resolve("%05d.png".formatted(i));
            ImageIO.write(image, "png", file.toFile());
        }
    }

    /** Writes an experiment whose phases are long enough to be hit one by one. */
    static Path phases(Path folder) throws IOException {
        Random random = new Random(6);
        Path data = folder.resolve("points.csv");
        Files.write(data, points(6 * 1500, random));
        Files.write(folder.resolve("points.holdout.csv"), points(5000, random));
        return Files.writeString(folder.resolve("phases.yaml"), phasesText(data));
    }

    /** One learner whose growth scans, validations and evaluations take most of its time. */
    private static String phasesText(Path data) {
        return """
        name: phases
        seed: 7
        stream: {name: points, dataset: %s, label_column: label, chunks: 6}
        learners:
          - id: wide
            family: gMoE
            experts: 2
            network: {type: mlp, hidden: [900, 900]}
            wait: {chunks: 2}
            training:
              batch_size: 300
              max_epochs: 4
              patience: 1000
              validation: 0.9
              optimizer: {type: sgd, lr: 0.05}
        """
                .formatted(data);
    }

    private static List<String> points(int count, Random random) {
        List<String> lines = new ArrayList<>(List.of("a,b,c,d,label"));
        for (int i = 0; i < count; i++) {
            int label = i % CLASSES;
            StringBuilder line = new StringBuilder();
            for (int f = 0; f < 4; f++) {
                line.append(
                        String.format(
                                Locale.ROOT,
                                "%.3f,",
                                random.nextGaussian() + (f == label ? 1 : 0)));
            }
            lines.add(line.append("c").append(label).toString());
        }
        return lines;
    }
}
