package org.almaflow.pipeline;

import java.nio.file.Path;
import java.util.UUID;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.schemas.Topics;

/** Experiments on the stream of {@link TestingSlices}, and options to run them with. */
public final class TestingExperiments {
    private TestingExperiments() {}

    /** Learners w1 and w2 that train every chunk and every second chunk. */
    public static String two(String engine) {
        return """
        name: toy
        seed: 3
        engine: %s
        stream:
          name: toy
          dataset: mnist
          chunks: 4
        defaults:
          family: SM
          network: {type: mlp, hidden: [8]}
          training: {batch_size: 8, max_epochs: 4, patience: 3}
        learners:
          - {id: w1, wait: {chunks: 1}}
          - {id: w2, wait: {chunks: 2}}
        """
                .formatted(engine);
    }

    /** One learner of every family with more than one network, all training every second chunk. */
    static String families() {
        return """
        name: toy
        seed: 3
        engine: testing
        stream: {name: toy, dataset: mnist, chunks: 4}
        defaults:
          network: {type: mlp, hidden: [8]}
          training: {batch_size: 8, max_epochs: 4, patience: 3}
          wait: {chunks: 2}
        learners:
          - {id: ens, family: Ens, k: 3}
          - {id: umix, family: UMix, k: 3}
          - {id: gens, family: gEns}
          - {id: moe, family: MoE, experts: 3}
          - {id: gmoe, family: gMoE}
        """;
    }

    public static Experiment read(JobOptions options) {
        return ExperimentReader.read(options.experiment(), "experiment");
    }

    static JobOptions options(String yaml, TestingBroker broker, Topics topics, Path storage) {
        return JobOptions.of(
                        yaml,
                        broker.bootstrapServers(),
                        storage.toUri(),
                        "run-" + UUID.randomUUID())
                .with(JobOption.TOPIC_PREFIX, topics.prefix())
                .with(JobOption.CHECKPOINT_INTERVAL, "200 ms")
                .with(JobOption.RESTART_DELAY, "10 ms");
    }
}
