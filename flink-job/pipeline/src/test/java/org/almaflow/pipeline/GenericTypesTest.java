package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.experiment.ExperimentReader;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** What crosses operator boundaries, and how operators are called. */
class GenericTypesTest {
    private final StreamExecutionEnvironment env =
            StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());

    private StreamGraph graph() {
        JobOptions options =
                JobOptions.of(
                        TestingExperiments.two("testing"),
                        "localhost:9092",
                        URI.create("file:///data"),
                        "run-1");
        AlmaflowJob.define(env, ExperimentReader.read(options.experiment(), "experiment"), options);
        return env.getStreamGraph(false);
    }

    @Test
    void everyTypeThatOurOperatorsEmitIsAvro() {
        graph();
        List<TypeInformation<?>> types = new ArrayList<>();
        for (Transformation<?> transformation : env.getTransformations()) {
            transformation.getTransitivePredecessors().stream()
                    .filter(t -> !t.equals(transformation))
                    .forEach(t -> types.add(t.getOutputType()));
        }

        assertThat(types).hasSizeGreaterThan(10).allMatch(t -> t instanceof AvroTypeInfo);
    }

    @Test
    void noSerializerBetweenOperatorsIsKryos() {
        StreamGraph graph = graph();

        assertThat(env.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
        for (StreamNode node : graph.getStreamNodes()) {
            assertThat(String.valueOf(node.getTypeSerializerOut()))
                    .as(node.getOperatorName())
                    .doesNotContain("Kryo");
            assertThat(node.getTypeSerializerOut()).isNotInstanceOf(GenericTypeInfo.class);
        }
    }

    @Test
    void everyOperatorHasAnIdOfItsOwn() {
        graph();
        for (Transformation<?> sink : env.getTransformations()) {
            for (Transformation<?> t : sink.getTransitivePredecessors()) {
                boolean operates =
                        !t.getClass().getSimpleName().matches("Partition.*|Side.*|Union.*");
                if (operates) {
                    assertThat(t.getUid()).as(t.getName()).isNotBlank();
                }
            }
        }
    }
}
