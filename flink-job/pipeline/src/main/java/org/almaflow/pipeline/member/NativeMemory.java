package org.almaflow.pipeline.member;

import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.JobOptionsException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Whether a TaskManager has declared the memory that the engine may take in it. */
final class NativeMemory {
    private NativeMemory() {}

    /**
     * Checks the option against the TaskManager's configuration.
     *
     * @throws SuppressRestartsException naming the key to set; no restart would help
     */
    static void check(JobOptions options, Configuration taskManager) {
        MemorySize wanted = new MemorySize(options.nativeMemory());
        MemorySize declared = taskManager.get(TaskManagerOptions.TASK_OFF_HEAP_MEMORY);
        if (declared.compareTo(wanted) < 0) {
            throw new SuppressRestartsException(
                    new JobOptionsException(
                            "option --%s is %s but this TaskManager has %s of %s; set %s: %s in its configuration, or lower the option"
                                    .formatted(
                                            JobOption.NATIVE_MEMORY.key(),
                                            wanted,
                                            TaskManagerOptions.TASK_OFF_HEAP_MEMORY.key(),
                                            declared,
                                            TaskManagerOptions.TASK_OFF_HEAP_MEMORY.key(),
                                            wanted)));
        }
    }
}
