package org.almaflow.learning.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.junit.jupiter.api.Test;

/** Six pieces of five examples; the label of an example is its number. */
class WindowedSetTest {
    private static final InputSpec INPUT =
            new InputSpec(ElementType.UINT8, List.of(1), List.of(), List.of());
    private static final int PIECES = 6;
    private static final int SIZE = 5;
    private static final int ALL = PIECES * SIZE;

    private final Engine engine = new TestingEngine();
    private final List<Integer> reads = new ArrayList<>();
    private boolean broken;

    private final class Numbers implements Pieces {
        @Override
        public int count() {
            return PIECES;
        }

        @Override
        public int train(int piece) {
            return SIZE;
        }

        @Override
        public int validation(int piece) {
            return 0;
        }

        @Override
        public Split read(int piece) throws IOException {
            if (broken) {
                throw new IOException("piece " + piece);
            }
            reads.add(piece);
            int[] labels = IntStream.range(piece * SIZE, (piece + 1) * SIZE).toArray();
            Examples all = new Examples(INPUT, ALL, ByteBuffer.allocate(SIZE), labels);
            return new Split(all, all.select(new int[0]));
        }
    }

    private WindowedSet set(long most) {
        int[] sizes = new int[PIECES];
        Arrays.fill(sizes, SIZE);
        return new WindowedSet(
                sizes,
                most,
                capacity -> engine.reserve(INPUT, ALL, capacity),
                new Numbers(),
                Split::train);
    }

    /** The labels of the first mini-batches of four. */
    private static List<Integer> batches(WindowedSet set, int count) throws IOException {
        ShuffledBatches batches = new ShuffledBatches(set, 4, 7);
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            while (!batches.ready(i)) {
                batches.load(i);
            }
            ShuffledBatches.Batch batch = batches.get(i);
            for (int at = batch.from(); at < batch.to(); at++) {
                seen.add(batch.set().labels()[batch.order()[at]]);
            }
        }
        return seen;
    }

    @Test
    void fullMiniBatchesOfAPassAreDifferentExamples() throws IOException {
        // Three windows of ten have two full mini-batches each.
        List<Integer> pass = batches(set(10), 6);
        assertThat(pass).hasSize(24).doesNotHaveDuplicates();
        assertThat(reads).hasSize(PIECES).doesNotHaveDuplicates();
        List<Integer> two = batches(set(10), 12);
        assertThat(two).startsWith(pass.toArray(Integer[]::new));
        assertThat(two.subList(24, 48)).doesNotHaveDuplicates().isNotEqualTo(pass);
    }

    @Test
    void whatIsOnTheDeviceAlreadyGivesTheSameAsOneWindowThatHoldsAll() throws IOException {
        Numbers numbers = new Numbers();
        List<Examples> all = new ArrayList<>();
        for (int piece = 0; piece < PIECES; piece++) {
            all.add(numbers.read(piece).train());
        }
        List<Integer> resident = batches(WindowedSet.of(engine.upload(Examples.concat(all))), 10);

        assertThat(batches(set(ALL), 10)).isEqualTo(resident);
        assertThat(batches(set(ALL - 1), 10)).isNotEqualTo(resident);
    }

    @Test
    void laterMiniBatchesCanBeHadWithoutTheEarlierOnes() throws IOException {
        List<Integer> all = batches(set(10), 9);
        ShuffledBatches late = new ShuffledBatches(set(10), 4, 7);
        while (!late.ready(8)) {
            late.load(8);
        }
        ShuffledBatches.Batch batch = late.get(8);
        assertThat(batch.set().labels()[batch.order()[batch.from()]]).isEqualTo(all.get(32));
    }

    @Test
    void aSequentialPassKeepsTheOrderThroughWindows() throws IOException {
        SequentialPass pass = new SequentialPass(set(10), 7);
        List<Integer> seen = new ArrayList<>();
        while (!pass.done()) {
            if (!pass.ready()) {
                pass.load();
                continue;
            }
            pass.step(
                    4,
                    (resident, from, to) -> {
                        for (int i = from; i < to; i++) {
                            seen.add(resident.labels()[i]);
                        }
                    });
        }
        assertThat(seen).isEqualTo(IntStream.range(7, ALL).boxed().toList());
    }

    @Test
    void aPieceThatCannotBeReadIsTriedAgain() throws IOException {
        SequentialPass pass = new SequentialPass(set(10), 0);
        pass.load();
        broken = true;
        assertThatThrownBy(pass::load).hasMessage("piece 1");
        broken = false;
        pass.load();

        assertThat(pass.ready()).isTrue();
        assertThat(reads).containsExactly(0, 1);
    }

    @Test
    void aPieceLargerThanTheBoundIsAWindowOfItsOwn() throws IOException {
        WindowedSet small = set(3);
        assertThat(small.inOrder().windows()).hasSize(PIECES);
        assertThat(batches(small, PIECES)).doesNotHaveDuplicates();
    }
}
