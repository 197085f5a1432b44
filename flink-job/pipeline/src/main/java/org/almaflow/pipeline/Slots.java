package org.almaflow.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.member.TrainOperatorFactory;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Which task slots the operators take: option learner-slots, see docs/decisions/0027. On GPUs Train
 * has slots of its own that ask for one each, and the others' ask for none, so that no GPU is taken
 * by who does not train. Operators' ids and state do not depend on any of this.
 */
final class Slots {
    /** Group of everything but Train, and of the Trains that share its slots. */
    static final String OTHERS = "default";

    private static final String TRAIN = "train";

    /**
     * Flink asks for a share of these with every explicit group. Small ones: what limits a
     * TaskManager is its number of GPUs, and its slots share one JVM.
     */
    private static final double CPU_CORES = 0.1;

    private static final int HEAP_MEGABYTES = 16;

    private final JobOptions options;
    private final List<SlotGroup> groups;

    private Slots(JobOptions options, List<SlotGroup> groups) {
        this.options = options;
        this.groups = groups;
    }

    static Slots of(Experiment experiment, JobOptions options) {
        Map<String, Integer> subtasks = new LinkedHashMap<>();
        for (LearnerSpec learner : experiment.learners()) {
            subtasks.put(learner.id(), TrainOperatorFactory.subtasks(learner, options));
        }
        return new Slots(
                options,
                oneForEach(options)
                        ? SlotGroup.each(subtasks)
                        : SlotGroup.deal(subtasks, options.learnerSlots()));
    }

    private static boolean oneForEach(JobOptions options) {
        return options.learnerSlots() == JobOptions.EACH;
    }

    /** How many there are. */
    int count() {
        int train = groups.stream().mapToInt(SlotGroup::slots).sum();
        return options.gpu() || oneForEach(options) ? 1 + train : train;
    }

    /** Says what the slots of the others are. */
    void register(StreamExecutionEnvironment env) {
        if (options.gpu()) {
            env.registerSlotSharingGroup(group(OTHERS).build());
        }
    }

    /** Places a learner's Train. */
    void place(SingleOutputStreamOperator<?> train, String learner) {
        String name = name(learner);
        if (options.gpu()) {
            train.slotSharingGroup(
                    group(name).setExternalResource(JobOptions.GPU_RESOURCE, 1).build());
        } else {
            train.slotSharingGroup(name);
        }
    }

    private String name(String learner) {
        if (oneForEach(options)) {
            return TRAIN + "-" + learner;
        }
        for (int i = 1; i < groups.size(); i++) {
            if (groups.get(i).learners().contains(learner)) {
                return TRAIN + "-" + (i + 1);
            }
        }
        return options.gpu() ? TRAIN : OTHERS;
    }

    private static SlotSharingGroup.Builder group(String name) {
        return SlotSharingGroup.newBuilder(name)
                .setCpuCores(CPU_CORES)
                .setTaskHeapMemoryMB(HEAP_MEGABYTES);
    }
}
