package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.almaflow.learning.session.Seeds;
import org.almaflow.learning.session.Split;

/**
 * Which examples a session trains and validates on: those of new chunks, and of older ones what
 * replay keeps (SEMANTICS, Replay: memory_t = new_t ∪ a sample without replacement of
 * floor(p·|memory_{t−1}|) from memory_{t−1}, for training and validation apart). It refers to chunk
 * files and copies nothing.
 *
 * @param session the session it was made for; 0 before the first
 * @param parts by chunk, oldest first; without chunks of which nothing is kept
 */
record Memory(long session, List<Part> parts) {
    static final Memory EMPTY = new Memory(0, List.of());

    Memory {
        parts = List.copyOf(parts);
    }

    /**
     * Rows of a chunk.
     *
     * @param train rows of the training part of its {@link Split}
     * @param validation rows of the validation part
     */
    record Part(ChunkRef ref, BitSet train, BitSet validation) {}

    /**
     * Memory of the next session.
     *
     * @param fresh the new chunks, which are remembered whole
     * @param replay share p of the old memory to keep
     * @param validation share of each chunk that is for validation
     */
    Memory next(
            long nextSession, List<ChunkRef> fresh, double replay, double validation, long seed) {
        List<BitSet> train = sample(Part::train, replay, seed);
        List<BitSet> held = sample(Part::validation, replay, seed + 1);
        List<Part> next = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (!train.get(i).isEmpty() || !held.get(i).isEmpty()) {
                next.add(new Part(parts.get(i).ref(), train.get(i), held.get(i)));
            }
        }
        for (ChunkRef ref : fresh) {
            int examples = Math.toIntExact(ref.examples());
            int validationRows = Split.part(examples, validation);
            next.add(new Part(ref, all(examples - validationRows), all(validationRows)));
        }
        return new Memory(nextSession, next);
    }

    private static BitSet all(int rows) {
        BitSet set = new BitSet(rows);
        set.set(0, rows);
        return set;
    }

    /** floor(share × all) of the rows of all parts, each part's as a set. */
    private List<BitSet> sample(Function<Part, BitSet> of, double share, long seed) {
        int total = parts.stream().mapToInt(p -> of.apply(p).cardinality()).sum();
        int keep = Split.part(total, share);
        int[] chosen =
                keep == total
                        ? IntStream.range(0, total).toArray()
                        : Arrays.copyOf(Seeds.permutation(total, seed), keep);
        Arrays.sort(chosen);
        List<BitSet> kept = new ArrayList<>();
        int begin = 0;
        int at = 0;
        for (Part part : parts) {
            int[] rows = of.apply(part).stream().toArray();
            BitSet set = new BitSet();
            for (; at < keep && chosen[at] < begin + rows.length; at++) {
                set.set(rows[chosen[at] - begin]);
            }
            begin += rows.length;
            kept.add(set);
        }
        return kept;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(session);
        out.writeInt(parts.size());
        for (Part part : parts) {
            MemberState.write(out, part.ref());
            write(out, part.train());
            write(out, part.validation());
        }
    }

    static Memory read(DataInput in) throws IOException {
        long session = in.readLong();
        int count = in.readInt();
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new Part(MemberState.readChunk(in), readRows(in), readRows(in)));
        }
        return new Memory(session, parts);
    }

    private static void write(DataOutput out, BitSet rows) throws IOException {
        byte[] bits = rows.toByteArray();
        out.writeInt(bits.length);
        out.write(bits);
    }

    private static BitSet readRows(DataInput in) throws IOException {
        byte[] bits = new byte[in.readInt()];
        in.readFully(bits);
        return BitSet.valueOf(bits);
    }
}
