package org.almaflow.pipeline;

import java.nio.file.Path;
import org.almaflow.pipeline.predict.PredictJob;
import org.almaflow.pipeline.predict.PredictOption;
import org.almaflow.pipeline.predict.PredictOptions;
import org.almaflow.schemas.Topics;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A broker, a job that has trained on four chunks and a bad slice and goes on waiting, and a
 * predictor. Each kind of learner has one with its own metrics.
 */
@SuppressWarnings("try") // cancelling may be interrupted
public final class TestingMonitoredJobs implements AutoCloseable {
    private static final String EXPERIMENT =
            """
            name: toy
            seed: 3
            engine: testing
            stream: {name: toy, dataset: mnist, chunks: 4}
            defaults:
              family: SM
              network: {type: mlp, hidden: [8]}
              training: {batch_size: 8, max_epochs: 4, patience: 3}
            learners:
              - {id: w-1, wait: {chunks: 1}}
              - {id: ens-2, family: Ens, k: 2, wait: {chunks: 2}}
              - {id: loop, wait: {all-of: [{budget: 1000000000}, {chunks: 2}]}}
            """;

    private final TestingBroker broker;

    private TestingMonitoredJobs(TestingBroker broker) {
        this.broker = broker;
    }

    /** Submits to the MiniCluster of the test, which ends them. */
    public static TestingMonitoredJobs start(Path folder) throws Exception {
        TestingBroker broker = new TestingBroker(folder.resolve("kafka"));
        Topics topics = broker.newTopics();
        TestingSlices slices = new TestingSlices(4, 2, 20);
        broker.publish(topics, "toy", new byte[] {1, 2, 3});
        broker.publish(topics, slices.all());
        var unused =
                TestingJobs.submit(
                        TestingExperiments.options(
                                        EXPERIMENT, broker, topics, folder.resolve("storage"))
                                .with(JobOption.BOUNDED, "false"));
        startPredictor(broker, topics);
        return new TestingMonitoredJobs(broker);
    }

    private static void startPredictor(TestingBroker broker, Topics topics) throws Exception {
        PredictOptions options =
                PredictOptions.of(broker.bootstrapServers())
                        .with(PredictOption.TOPIC_PREFIX, topics.prefix())
                        .with(PredictOption.ENGINE, "testing");
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        PredictJob.define(env, options);
        var unused = env.executeAsync(PredictJob.name(options));
    }

    @Override
    public void close() {
        broker.close();
    }
}
