package org.almaflow.pipeline.member;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptionsException;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Which GPU each task slot of this JVM uses. Flink shows every slot all GPUs of its TaskManager, so
 * they are dealt out here: a slot keeps the one it has while any of its tasks runs, and another
 * gets the one that fewest slots have. Used by any thread.
 */
final class Devices {
    /** The process's; tests make their own. */
    static final Devices OF_THIS_JVM = new Devices();

    private static final String INDEX = "index";

    private final Map<String, Use> slots = new HashMap<>();

    private static final class Use {
        final int device;
        int tasks;

        Use(int device) {
            this.device = device;
        }
    }

    /** A task's share of its slot's GPU; its owner closes it once. */
    record Lease(Devices devices, String slot, int device) implements AutoCloseable {
        @Override
        public void close() {
            devices.giveBack(slot);
        }
    }

    /**
     * The GPU of a slot.
     *
     * @param slot id of its allocation
     * @param found what Flink says of the TaskManager's GPUs
     * @throws SuppressRestartsException when there is none; no restart would help
     */
    synchronized Lease take(String slot, Collection<? extends ExternalResourceInfo> found) {
        Use use = slots.computeIfAbsent(slot, s -> new Use(leastUsed(indices(found))));
        use.tasks++;
        return new Lease(this, slot, use.device);
    }

    private int leastUsed(Collection<Integer> devices) {
        int best = -1;
        long fewest = Long.MAX_VALUE;
        for (int device : devices) {
            long users = slots.values().stream().filter(u -> u.device == device).count();
            if (users < fewest) {
                fewest = users;
                best = device;
            }
        }
        return best;
    }

    private static Collection<Integer> indices(Collection<? extends ExternalResourceInfo> found) {
        List<Integer> indices = new ArrayList<>();
        for (ExternalResourceInfo gpu : found) {
            gpu.getProperty(INDEX).map(Integer::parseInt).ifPresent(indices::add);
        }
        if (indices.isEmpty()) {
            throw new SuppressRestartsException(
                    new JobOptionsException(
                            "option --%s is true but this TaskManager offers no GPU; configure external-resources: gpu in it as in deploy/flink/conf/gpu.yaml"
                                    .formatted(JobOption.GPU.key())));
        }
        return new TreeSet<>(indices);
    }

    private synchronized void giveBack(String slot) {
        Use use = slots.get(slot);
        use.tasks--;
        if (use.tasks == 0) {
            slots.remove(slot);
        }
    }
}
