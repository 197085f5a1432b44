package org.almaflow.learning.session;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;

/**
 * Examples of a session of which a window is on the device: all of them where they fit, else those
 * of some pieces at a time. Who passes over them asks {@link #ready} for the window it needs, and
 * calls {@link #load} until it is there; each call reads one piece at most. Owns what is on the
 * device.
 */
public final class WindowedSet implements AutoCloseable {
    private final int[] sizes;
    private final long most;
    private final Passage inOrder;
    private final Device device;
    private final Pieces pieces;
    private final Function<Split, Examples> part;

    /** The window on the device, or on its way there; null when there is none. */
    private int[] window;

    private ExampleSet resident;
    private int filled;

    /** Makes room on a device. */
    @FunctionalInterface
    interface Device {
        ExampleSet reserve(int capacity);
    }

    /** Examples that are all on the device already. */
    public static WindowedSet of(ExampleSet set) {
        WindowedSet all =
                new WindowedSet(new int[] {set.count()}, Long.MAX_VALUE, null, null, Split::train);
        all.window = new int[] {0};
        all.filled = 1;
        all.resident = set;
        return all;
    }

    /**
     * Examples in pieces.
     *
     * @param sizes how many of each piece belong to the set
     * @param most examples on the device at a time
     * @param part which part of a piece they are
     */
    WindowedSet(
            int[] sizes, long most, Device device, Pieces pieces, Function<Split, Examples> part) {
        this.sizes = sizes;
        this.most = most;
        this.inOrder = Passage.inOrder(sizes, most);
        this.device = device;
        this.pieces = pieces;
        this.part = part;
    }

    /** Number of all examples. */
    public int count() {
        return inOrder.count();
    }

    /** A pass in the order of the pieces. */
    Passage inOrder() {
        return inOrder;
    }

    /** A pass in random windows. */
    Passage shuffled(long seed) {
        return Passage.shuffled(sizes, most, seed);
    }

    /** Whether all examples are in one window, which then stays. */
    boolean whole() {
        return inOrder.windows().size() <= 1;
    }

    /** Whether the window of {@code passage} with that index is on the device. */
    boolean ready(Passage passage, int index) {
        int[] wanted = passage.windows().get(index);
        return Arrays.equals(wanted, window) && filled == wanted.length;
    }

    /** Brings the next piece of a window to the device, in the place of any other window. */
    void load(Passage passage, int index) throws IOException {
        int[] wanted = passage.windows().get(index);
        if (!Arrays.equals(wanted, window)) {
            close();
            window = wanted;
        }
        add(part.apply(pieces.read(wanted[filled])), passage.rows(index));
    }

    /** Adds a piece of the only window, which somebody else has read. */
    void add(Split split) {
        if (window == null) {
            window = inOrder.windows().isEmpty() ? new int[0] : inOrder.windows().get(0);
        }
        add(part.apply(split), count());
    }

    private void add(Examples examples, int rows) {
        if (resident == null) {
            resident = device.reserve(rows);
        }
        resident.append(examples);
        filled++;
    }

    /** The window on the device; valid until the next one is loaded. */
    public ExampleSet resident() {
        return resident;
    }

    /** Bytes that it has on the device now. */
    public long bytes() {
        return resident == null ? 0 : resident.bytes();
    }

    @Override
    public void close() {
        if (resident != null) {
            resident.close();
        }
        resident = null;
        window = null;
        filled = 0;
    }
}
