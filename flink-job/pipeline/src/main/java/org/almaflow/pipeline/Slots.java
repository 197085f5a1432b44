package org.almaflow.pipeline;

import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Which task slots the operators take. On GPUs Train has slots of its own that ask for one each,
 * and the others' ask for none, so that no GPU is taken by who does not train.
 */
record Slots(JobOptions options) {
    /** Group of everything but Train. */
    static final String OTHERS = "default";

    /**
     * Flink asks for a share of these with every explicit group. Small ones: what limits a
     * TaskManager is its number of GPUs, and its slots share one JVM.
     */
    private static final double CPU_CORES = 0.1;

    private static final int HEAP_MEGABYTES = 16;

    /** Says what the slots of the others are. */
    void register(StreamExecutionEnvironment env) {
        if (options.gpu()) {
            env.registerSlotSharingGroup(group(OTHERS).build());
        }
    }

    /** Places a learner's Train. */
    void place(SingleOutputStreamOperator<?> train, String learner) {
        String own = options.slotPerMember() ? "train-" + learner : "train";
        if (options.gpu()) {
            train.slotSharingGroup(
                    group(own).setExternalResource(JobOptions.GPU_RESOURCE, 1).build());
        } else if (options.slotPerMember()) {
            train.slotSharingGroup(own);
        }
    }

    private static SlotSharingGroup.Builder group(String name) {
        return SlotSharingGroup.newBuilder(name)
                .setCpuCores(CPU_CORES)
                .setTaskHeapMemoryMB(HEAP_MEGABYTES);
    }
}
