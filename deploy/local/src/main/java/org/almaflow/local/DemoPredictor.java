package org.almaflow.local;

import java.util.Map;
import java.util.stream.Collectors;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.predict.PredictJob;
import org.almaflow.pipeline.predict.PredictOption;
import org.almaflow.pipeline.predict.PredictOptions;
import org.almaflow.schemas.Topics;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** The predictor of a demo: it answers as long as the demo runs. */
final class DemoPredictor {
    private final PredictOptions options;

    DemoPredictor(Experiment experiment, DemoBroker broker, Topics topics) {
        options =
                PredictOptions.of(broker.address())
                        .withKafka(Map.copyOf(broker.extra()))
                        .with(PredictOption.TOPIC_PREFIX, topics.prefix())
                        .with(PredictOption.ENGINE, experiment.engine())
                        .with(
                                PredictOption.LEARNERS,
                                experiment.learners().stream()
                                        .map(LearnerSpec::id)
                                        .collect(Collectors.joining(",")));
    }

    /** Task slots that it needs. */
    int slots() {
        return PredictJob.slots(options);
    }

    /** Its job. */
    StreamGraph graph() {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        PredictJob.define(environment, options);
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(PredictJob.name(options));
        return graph;
    }
}
