package org.almaflow.learning.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One pass over examples that lie in pieces: which pieces are in memory together, window after
 * window. A position counts the examples of the pass; window w has positions [begin(w), begin(w +
 * 1)).
 *
 * @param windows the pieces of each window, ascending
 * @param begins first position of each window, and the number of all examples
 */
record Passage(List<int[]> windows, int[] begins) {
    /** Everything in the pieces' own order. */
    static Passage inOrder(int[] sizes, long most) {
        return of(sizes, most, IntStream.range(0, sizes.length).toArray());
    }

    /** Everything in a random order of pieces; when one window holds all, there is no order. */
    static Passage shuffled(int[] sizes, long most, long seed) {
        return of(sizes, most, Seeds.permutation(sizes.length, seed));
    }

    /**
     * Fills windows one after another.
     *
     * @param sizes number of examples in each piece
     * @param most examples of a window; a piece that is larger has a window of its own
     */
    private static Passage of(int[] sizes, long most, int[] order) {
        List<int[]> windows = new ArrayList<>();
        List<Integer> begins = new ArrayList<>(List.of(0));
        int from = 0;
        int position = 0;
        int inWindow = 0;
        for (int i = 0; i < order.length; i++) {
            if (inWindow > 0 && (long) inWindow + sizes[order[i]] > most) {
                windows.add(sorted(order, from, i));
                begins.add(position);
                from = i;
                inWindow = 0;
            }
            inWindow += sizes[order[i]];
            position = Math.addExact(position, sizes[order[i]]);
        }
        if (inWindow > 0) {
            windows.add(sorted(order, from, order.length));
            begins.add(position);
        }
        return new Passage(windows, begins.stream().mapToInt(Integer::intValue).toArray());
    }

    private static int[] sorted(int[] order, int from, int to) {
        int[] pieces = Arrays.copyOfRange(order, from, to);
        Arrays.sort(pieces);
        return pieces;
    }

    /** Number of examples. */
    int count() {
        return begins[begins.length - 1];
    }

    /** The window that has position {@code position}, which is less than {@link #count}. */
    int windowAt(int position) {
        int found = Arrays.binarySearch(begins, position);
        return found >= 0 ? found : -found - 2;
    }

    /** First position of window {@code window}. */
    int begin(int window) {
        return begins[window];
    }

    /** Number of examples of window {@code window}. */
    int rows(int window) {
        return begins[window + 1] - begins[window];
    }
}
