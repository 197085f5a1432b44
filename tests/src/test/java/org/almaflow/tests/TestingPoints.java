package org.almaflow.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A small table of points in three classes, and an experiment of three learners and 8 chunks. */
public final class TestingPoints {
    private TestingPoints() {}

    /** Writes both; returns the experiment's file. */
    public static Path experiment(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("points.yaml"),
                """
                name: points
                seed: 3
                stream: {name: points, dataset: %s, label_column: label, chunks: 8}
                defaults:
                  network: {type: mlp, hidden: [16]}
                  training: {batch_size: 16, max_epochs: 20, patience: 5}
                learners:
                  - {id: sm, family: SM, wait: {chunks: 1}}
                  - {id: ens, family: Ens, k: 2, wait: {chunks: 2}}
                  - {id: gmoe, family: gMoE, wait: {chunks: 3}}
                """
                        .formatted(points(folder)));
    }

    /** Writes one of deploy/experiments with the points as its stream. */
    public static Path learnersOf(Path folder, String name) throws IOException {
        String text = Files.readString(Path.of("../deploy/experiments", name));
        String stream = "stream: {name: points, dataset: %s, label_column: label, chunks: 8}\n";
        String changed =
                text.replaceFirst("(?m)^stream:\\n(  .*\\n)+", stream.formatted(points(folder)));
        return Files.writeString(folder.resolve(name), changed);
    }

    private static Path points(Path folder) throws IOException {
        Random random = new Random(4);
        List<String> lines = new ArrayList<>(List.of("x,y,z,label"));
        for (int i = 0; i < 960; i++) {
            int label = i % 3;
            StringBuilder line = new StringBuilder();
            for (int axis = 0; axis < 3; axis++) {
                double at = random.nextGaussian() + (axis == label ? 1.5 : 0);
                line.append(String.format(Locale.ROOT, "%.4f,", at));
            }
            lines.add(line.append("class").append(label).toString());
        }
        return Files.write(folder.resolve("points.csv"), lines);
    }
}
