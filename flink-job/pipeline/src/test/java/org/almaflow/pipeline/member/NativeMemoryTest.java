package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
    private static JobOptions options(String memory) {
        return JobOptions.of("x", "broker:1", URI.create("file:///data"), "run-1")
                .with(JobOption.NATIVE_MEMORY, memory);
    }

    private static Configuration taskManager(String memory) {
        return new Configuration()
                .set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.parse(memory));
    }

    @Test
    void aTaskManagerThatDeclaresLessIsRefusedWithTheKeyToSet() {
        assertThatThrownBy(() -> NativeMemory.check(options("1g"), taskManager("512m")))
                .isInstanceOf(SuppressRestartsException.class)
                .rootCause()
                .hasMessageContaining("--native-memory is 1 gb")
                .hasMessageContaining("taskmanager.memory.task.off-heap.size")
                .hasMessageContaining("512 mb");
        assertThatThrownBy(() -> NativeMemory.check(options("64m"), new Configuration()))
                .rootCause()
                .hasMessageContaining("off-heap.size of 0 bytes");
    }

    @Test
    void asMuchIsEnoughAndWithoutALimitNothingIsAsked() {
        assertThatCode(
                        () -> {
                            NativeMemory.check(options("512m"), taskManager("512m"));
                            NativeMemory.check(options("unlimited"), new Configuration());
                        })
                .doesNotThrowAnyException();
    }
}
