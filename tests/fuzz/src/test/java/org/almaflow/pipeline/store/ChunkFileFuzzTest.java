package org.almaflow.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Any chunk file is read or refused with an {@link IOException} that names it. */
class ChunkFileFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void aChunkFile(byte[] file) {
        try {
            assertThat(ChunkFile.parse(file, "chunk").count()).isNotNegative();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("chunk");
        }
    }
}
