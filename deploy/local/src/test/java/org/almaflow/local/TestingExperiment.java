package org.almaflow.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** An experiment of three learners on a table of two well separated classes. */
final class TestingExperiment {
    private TestingExperiment() {}

    /** Writes table and experiment into the folder; returns the experiment's file. */
    static Path write(Path folder, int chunks, String interval) throws IOException {
        Path data = Files.writeString(folder.resolve("people.csv"), table(600));
        String text =
                text(data.toString())
                        .replace("chunks: 6", "chunks: " + chunks)
                        .replace("interval: 10ms", "interval: " + interval);
        return Files.writeString(folder.resolve("people.yaml"), text);
    }

    private static String table(int rows) {
        Random random = new Random(1);
        StringBuilder csv = new StringBuilder("height,weight,kind\n");
        for (int i = 0; i < rows; i++) {
            double centre = i % 2 == 0 ? -2 : 2;
            csv.append(centre + random.nextGaussian()).append(',');
            csv.append(centre + random.nextGaussian()).append(',');
            csv.append(i % 2 == 0 ? "small" : "large").append('\n');
        }
        return csv.toString();
    }

    static String text(String dataset) {
        return """
        name: people
        stream:
          name: people
          dataset: %s
          label_column: kind
          chunks: 6
          arrival: {schedule: fixed, interval: 10ms}
        defaults:
          family: SM
          network: {type: mlp, hidden: [8]}
          training: {batch_size: 16, max_epochs: 5, patience: 2}
        learners:
          - {id: w1, wait: {chunks: 1}}
          - {id: w2, wait: {chunks: 2}}
          - {id: w5, wait: {chunks: 5}}
        """
                .formatted(dataset);
    }
}
