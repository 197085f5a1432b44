package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.almaflow.pipeline.Soak.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small version of tests/soak.sh, without natives. */
class SoakTest {
    private static final int CHUNKS = 100;
    private static final long HEAP_TOLERANCE = 12 << 20;
    private static final long STATE_TOLERANCE = 4 << 10;

    @Test
    void heapStateAndModelsStayAsLargeAsAfterTheFirstTenth(@TempDir Path folder) throws Exception {
        List<Sample> samples = Soak.run("testing", CHUNKS, folder);

        Sample first = samples.get(0);
        assertThat(samples).hasSize(10);
        assertThat(samples)
                .allSatisfy(
                        sample -> {
                            assertThat(sample.heap()).isLessThan(first.heap() + HEAP_TOLERANCE);
                            assertThat(sample.state()).isLessThan(first.state() + STATE_TOLERANCE);
                        });
        assertThat(samples)
                .extracting(Sample::models)
                .as("three snapshots of three networks, and those since the last checkpoint")
                .allSatisfy(models -> assertThat(models).isBetween(9L, 40L));
    }
}
