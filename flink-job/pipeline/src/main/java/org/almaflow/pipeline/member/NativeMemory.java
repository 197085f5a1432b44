package org.almaflow.pipeline.member;

import java.util.Optional;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.JobOptionsException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Whether TaskManagers have declared the memory that the engine may take in them. */
public final class NativeMemory {
    /** The key of a TaskManager's configuration that declares it. */
    public static final String KEY = TaskManagerOptions.TASK_OFF_HEAP_MEMORY.key();

    private NativeMemory() {}

    /**
     * Checks the option against the TaskManager's configuration.
     *
     * @throws SuppressRestartsException naming the key to set; no restart would help
     */
    static void check(JobOptions options, Configuration taskManager) {
        refusal(options, taskManager.get(TaskManagerOptions.TASK_OFF_HEAP_MEMORY))
                .ifPresent(
                        why -> {
                            throw new SuppressRestartsException(new JobOptionsException(why));
                        });
    }

    /** Why a job cannot run where TaskManagers have declared so much; empty where it can. */
    public static Optional<String> refusal(JobOptions options, MemorySize declared) {
        MemorySize wanted = new MemorySize(options.nativeMemory());
        return declared.compareTo(wanted) >= 0
                ? Optional.empty()
                : Optional.of(
                        "option --%s is %s but the TaskManagers have %s of %s; set %s: %s in their configuration (alma cluster up --native-memory), or lower the option"
                                .formatted(
                                        JobOption.NATIVE_MEMORY.key(),
                                        wanted,
                                        KEY,
                                        declared,
                                        KEY,
                                        wanted));
    }
}
