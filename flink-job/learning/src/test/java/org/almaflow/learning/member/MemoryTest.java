package org.almaflow.learning.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static ChunkRef chunk(long index, long examples) {
        return new ChunkRef(index, "chunk-" + index, "sum", examples);
    }

    private static Memory after(double replay, int sessions) {
        Memory memory = Memory.EMPTY;
        for (int s = 1; s <= sessions; s++) {
            memory = memory.next(s, List.of(chunk(s, 100)), replay, 0.1, 40 + s);
        }
        return memory;
    }

    private static int train(Memory memory) {
        return memory.parts().stream().mapToInt(p -> p.train().cardinality()).sum();
    }

    private static int validation(Memory memory) {
        return memory.parts().stream().mapToInt(p -> p.validation().cardinality()).sum();
    }

    @Test
    void withoutReplayOnlyTheNewChunksCount() {
        assertThat(after(0, 3).parts()).extracting(p -> p.ref().chunk()).containsExactly(3L);
        assertThat(train(after(0, 3))).isEqualTo(90);
        assertThat(validation(after(0, 3))).isEqualTo(10);
    }

    @Test
    void fullReplayKeepsEverything() {
        assertThat(train(after(1, 5))).isEqualTo(450);
        assertThat(validation(after(1, 5))).isEqualTo(50);
    }

    /** 90, 90 + 45, 90 + 67, 90 + 78; 10, 10 + 5, 10 + 7, 10 + 8. */
    @Test
    void halfReplayKeepsHalfOfTheMemoryEachTime() {
        assertThat(train(after(0.5, 2))).isEqualTo(135);
        assertThat(train(after(0.5, 3))).isEqualTo(157);
        assertThat(train(after(0.5, 4))).isEqualTo(168);
        assertThat(validation(after(0.5, 4))).isEqualTo(18);
    }

    @Test
    void whatIsKeptWasThereBefore() {
        Memory before = after(0.5, 3);
        Memory now = before.next(4, List.of(chunk(4, 100)), 0.5, 0.1, 9);
        for (Memory.Part part : now.parts()) {
            BitSet old =
                    before.parts().stream()
                            .filter(p -> p.ref().equals(part.ref()))
                            .map(Memory.Part::train)
                            .findFirst()
                            .orElse(part.train());
            BitSet added = (BitSet) part.train().clone();
            added.andNot(old);
            assertThat(added.isEmpty()).isTrue();
        }
    }

    @Test
    void theSampleIsSpreadOverAllThatIsRemembered() {
        Memory memory = after(1, 10).next(11, List.of(), 0.5, 0.1, 3);

        assertThat(train(memory)).isEqualTo(450);
        assertThat(memory.parts())
                .allSatisfy(p -> assertThat(p.train().cardinality()).isBetween(25, 65));
    }

    @Test
    void theSeedDecides() {
        Memory base = after(1, 4);
        Memory once = base.next(5, List.of(), 0.3, 0.1, 1);

        assertThat(base.next(5, List.of(), 0.3, 0.1, 1)).isEqualTo(once);
        assertThat(base.next(5, List.of(), 0.3, 0.1, 2)).isNotEqualTo(once);
    }

    @Test
    void memoryIsStoredAsItIs() throws IOException {
        Memory memory = after(0.4, 6);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        memory.write(new DataOutputStream(bytes));

        var in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        assertThat(Memory.read(in)).isEqualTo(memory);
    }
}
