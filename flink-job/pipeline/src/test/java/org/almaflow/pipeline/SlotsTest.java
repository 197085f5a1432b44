package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.almaflow.learning.experiment.Experiment;
import org.apache.flink.api.common.resources.ExternalResource;
import org.apache.flink.runtime.clusterframework.types.ResourceProfile;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** Who asks for a GPU, in the graph that Flink schedules by. */
class SlotsTest {
    private final JobOptions options =
            JobOptions.of(
                    TestingExperiments.families(), "none:1", URI.create("file:///data"), "run-1");
    private final Experiment experiment = TestingExperiments.read(options);

    private StreamGraph graph(JobOptions options) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        AlmaflowJob.define(env, experiment, options);
        return env.getStreamGraph();
    }

    /** Group of each operator. */
    private static Map<String, String> groups(StreamGraph graph) {
        Map<String, String> groups = new TreeMap<>();
        for (StreamNode node : graph.getStreamNodes()) {
            groups.put(node.getOperatorName(), node.getSlotSharingGroup());
        }
        return groups;
    }

    @Test
    void onGpusTrainHasSlotsWithOneEachAndNobodyElseHasOne() {
        JobOptions gpu = options.with(JobOption.GPU, "true");
        StreamGraph graph = graph(gpu);
        groups(graph)
                .forEach(
                        (operator, group) ->
                                assertThat(group)
                                        .as(operator)
                                        .isEqualTo(
                                                operator.startsWith("Train ")
                                                        ? "train"
                                                        : "default"));
        ResourceProfile train = graph.getSlotSharingGroupResource("train").orElseThrow();
        assertThat(train.getExtendedResources())
                .containsEntry("gpu", new ExternalResource("gpu", 1));
        ResourceProfile others = graph.getSlotSharingGroupResource("default").orElseThrow();
        assertThat(others.getExtendedResources()).isEmpty();
        assertThat(AlmaflowJob.slots(experiment, gpu)).isEqualTo(4);
    }

    @Test
    void withASlotAMemberEveryLearnerAsksForItsOwn() {
        JobOptions gpu = options.with(JobOption.GPU, "true").with(JobOption.LEARNER_SLOTS, "each");
        StreamGraph graph = graph(gpu);
        assertThat(groups(graph)).containsEntry("Train ens", "train-ens");
        assertThat(
                        graph.getSlotSharingGroupResource("train-moe")
                                .orElseThrow()
                                .getExtendedResources())
                .containsKey("gpu");
    }

    @Test
    void slotsThatTheEnsembleDoesNotTakeAreShared() {
        JobOptions six = options.with(JobOption.LEARNER_SLOTS, "6");
        Map<String, String> groups = groups(graph(six));
        assertThat(groups)
                .containsEntry("Train ens", "default")
                .containsEntry("Train umix", "train-2")
                .containsEntry("Train gens", "train-3")
                .containsEntry("Train moe", "train-4")
                .containsEntry("Train gmoe", "default")
                .containsEntry("Combine moe", "default")
                .containsEntry("Wait moe", "default");
        assertThat(AlmaflowJob.slots(experiment, six)).isEqualTo(6);
        assertThat(groups(graph(six.with(JobOption.GPU, "true"))))
                .containsEntry("Train ens", "train")
                .containsEntry("Train umix", "train-2");
    }

    /** Or a savepoint of a cluster would not go on with another one. */
    @Test
    void idsOfOperatorsDoNotDependOnSlots() {
        assertThat(ids(graph(options.with(JobOption.LEARNER_SLOTS, "2"))))
                .isEqualTo(ids(graph(options)))
                .contains("train-ens");
    }

    private static Set<String> ids(StreamGraph graph) {
        return graph.getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .collect(Collectors.toSet());
    }

    @Test
    void onCpusNothingIsAsked() {
        StreamGraph graph = graph(options);
        assertThat(groups(graph).values()).containsOnly("default");
        assertThat(graph.getSlotSharingGroupResource("default")).isEmpty();
    }
}
