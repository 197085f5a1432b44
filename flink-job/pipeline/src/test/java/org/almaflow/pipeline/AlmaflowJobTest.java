package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AlmaflowJobTest {
    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @TempDir static Path brokerFolder;
    private static TestingBroker broker;

    @TempDir Path storage;

    @BeforeAll
    static void startBroker() {
        broker = new TestingBroker(brokerFolder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void publishesOneEvaluationForEveryLearnerAndArrivalAndEnds() throws Exception {
        Topics topics = broker.newTopics();
        JobOptions options =
                TestingExperiments.options(
                        TestingExperiments.two("testing"), broker, topics, storage);
        broker.publish(topics, new TestingSlices(4, 2, 20).all());

        run(options);

        assertThat(arrivals(topics, "w1")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(arrivals(topics, "w2")).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    private static void run(JobOptions options) throws Exception {
        Experiment experiment = TestingExperiments.read(options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        AlmaflowJob.define(env, experiment, options);
        env.execute(AlmaflowJob.name(experiment, options));
    }

    private static List<Long> arrivals(Topics topics, String learner) {
        return broker.read(topics.evaluations(), EvaluationEvent.class).stream()
                .filter(e -> e.getLearner().equals(learner))
                .map(EvaluationEvent::getArrival)
                .toList();
    }
}
