package org.almaflow.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Some 20,000 characters of simple sentences, and an experiment of three small language models. */
final class TestingSentences {
    private static final List<List<String>> WORDS =
            List.of(
                    List.of("the cat", "a dog", "the old man", "a small bird"),
                    List.of("sees", "hears", "follows", "finds"),
                    List.of("the river", "a house", "the moon", "a stone"));

    private TestingSentences() {}

    /** Writes both; returns the experiment's file. */
    static Path experiment(Path folder) throws IOException {
        Random random = new Random(6);
        StringBuilder text = new StringBuilder();
        while (text.length() < 20_000) {
            for (List<String> part : WORDS) {
                text.append(part.get(random.nextInt(part.size()))).append(' ');
            }
            text.setCharAt(text.length() - 1, '\n');
        }
        Path data = Files.writeString(folder.resolve("sentences.txt"), text);
        return Files.writeString(
                folder.resolve("sentences.yaml"),
                """
                name: sentences
                seed: 3
                stream:
                  name: sentences
                  dataset: %s
                  text: {tokens: characters, sequence: 32, holdout: 0.1}
                  chunks: 3
                defaults:
                  network: {type: transformer, layers: 2, width: 16, heads: 2, dropout: 0.1}
                  training:
                    batch_size: 8
                    max_epochs: 6
                    patience: 2
                    optimizer: {type: adam, lr: 0.01, warmup: 10}
                learners:
                  - {id: sm, family: SM, wait: {chunks: 1}}
                  - {id: ens, family: Ens, k: 2, wait: {chunks: 3}}
                  - {id: gmoe, family: gMoE, wait: {chunks: 1}}
                """
                        .formatted(data));
    }
}
