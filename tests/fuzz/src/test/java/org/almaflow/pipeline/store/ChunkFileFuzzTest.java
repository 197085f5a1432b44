package org.almaflow.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.almaflow.fuzz.Seeds;
import org.almaflow.learning.member.ChunkRef;

/** Any chunk file is read or refused with an {@link IOException} that names it. */
class ChunkFileFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void aChunkFile(byte[] file) {
        try {
            int examples = Seeds.slice(1).getExamples();
            ChunkRef ref = new ChunkRef(1, "chunk", "", examples);
            var in = new ByteArrayInputStream(file);
            assertThat(ChunkFile.read(in, ref, 1, examples).count()).isEqualTo(examples - 1);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("chunk");
        }
    }
}
