package org.almaflow.learning.member;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.session.Pieces;
import org.almaflow.learning.session.Split;

/**
 * The examples of a memory in pieces: whole chunks, or consecutive parts of the larger ones. Rows
 * of a piece are in the order of the chunk's {@link Split}.
 */
final class MemoryPieces implements Pieces {
    private final ChunkReader chunks;
    private final double validation;
    private final long experimentSeed;
    private final List<Piece> pieces = new ArrayList<>();

    /** Rows [from, to) of a chunk's file, and how many of them are in the memory. */
    private record Piece(Memory.Part part, int from, int to, int train, int validation) {}

    /**
     * Cuts a memory.
     *
     * @param validation share of each chunk that is for validation
     * @param most rows of a piece
     */
    MemoryPieces(
            Memory memory, ChunkReader chunks, double validation, long experimentSeed, long most) {
        this.chunks = chunks;
        this.validation = validation;
        this.experimentSeed = experimentSeed;
        memory.parts().forEach(part -> cut(part, most));
    }

    private void cut(Memory.Part part, long most) {
        int rows = Math.toIntExact(part.ref().examples());
        if (rows <= most) {
            int train = part.train().cardinality();
            pieces.add(new Piece(part, 0, rows, train, part.validation().cardinality()));
            return;
        }
        int count = Math.toIntExact((rows + most - 1) / most);
        int[] pieceOf = new int[rows];
        for (int p = 0; p < count; p++) {
            Arrays.fill(pieceOf, begin(p, rows, count), begin(p + 1, rows, count), p);
        }
        int[] train = new int[count];
        int[] held = new int[count];
        int[] order = order(part);
        part.train().stream().forEach(i -> train[pieceOf[order[held(part) + i]]]++);
        part.validation().stream().forEach(i -> held[pieceOf[order[i]]]++);
        for (int p = 0; p < count; p++) {
            int from = begin(p, rows, count);
            pieces.add(new Piece(part, from, begin(p + 1, rows, count), train[p], held[p]));
        }
    }

    /** Of pieces as equal as possible. */
    private static int begin(int piece, int rows, int count) {
        return (int) ((long) rows * piece / count);
    }

    private int[] order(Memory.Part part) {
        int rows = Math.toIntExact(part.ref().examples());
        return Split.order(rows, part.ref().chunk(), experimentSeed);
    }

    /** How many rows of the whole chunk are for validation. */
    private int held(Memory.Part part) {
        return Split.part(Math.toIntExact(part.ref().examples()), validation);
    }

    @Override
    public int count() {
        return pieces.size();
    }

    @Override
    public int train(int piece) {
        return pieces.get(piece).train();
    }

    @Override
    public int validation(int piece) {
        return pieces.get(piece).validation();
    }

    @Override
    public Split read(int piece) throws IOException {
        Piece p = pieces.get(piece);
        Memory.Part part = p.part();
        Examples rows = chunks.read(part.ref(), p.from(), p.to());
        int[] order = order(part);
        return new Split(
                rows.select(rowsOf(part.train(), held(part), order, p)),
                rows.select(rowsOf(part.validation(), 0, order, p)));
    }

    /** The rows of a piece, counted from its first, that are in {@code set}. */
    private static int[] rowsOf(BitSet set, int skipped, int[] order, Piece p) {
        IntPredicate inside = row -> row >= p.from() && row < p.to();
        IntStream rows = set.stream().map(i -> order[skipped + i]);
        return rows.filter(inside).map(row -> row - p.from()).toArray();
    }
}
