package org.almaflow.producer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which training examples come in which chunk. A pure function of the data set, the seed and the
 * number of chunks.
 *
 * <p>One pass over the data is a permutation (see {@link LegacyPermutation}) cut into contiguous
 * pieces as equal as possible; the first {@code examples mod chunks} pieces have one example more.
 * Examples that are dealt already (text, which is permuted before it is cut into sequences) keep
 * their order in the first pass. A stream that loops goes on after its last chunk with another
 * pass, permuted with seed + 1, and so on; its chunk index keeps growing.
 *
 * <p>Not safe for use by several threads at once: it remembers the permutation of the pass asked
 * for last.
 */
public final class StreamPlan {

    private static final int FINGERPRINT_BYTES = 6;
    private static final long SEEDS = 1L << 32;

    private final int examples;
    private final int chunks;
    private final long seed;
    private final boolean loop;
    private final boolean dealt;

    /** Which pieces of a pass are chunks, from 0, in order. */
    private final int[] kept;

    private final String fingerprint;

    private long permutedPass = -1;
    private int[] permutation;

    /**
     * @param dataset fingerprint of the data set
     * @param examples number of its training examples
     * @param chunks number of chunks of one pass, in [1, examples]
     * @param seed in [0, 2^32)
     * @param loop whether the stream has no end
     * @throws ProduceException when there are not that many examples, or the seed is out of range
     */
    public StreamPlan(String dataset, int examples, int chunks, long seed, boolean loop) {
        this(dataset, examples, chunks, seed, loop, false);
    }

    /**
     * As above.
     *
     * @param dealt whether the examples are in the order of the first pass already
     */
    public StreamPlan(
            String dataset, int examples, int chunks, long seed, boolean loop, boolean dealt) {
        if (chunks < 1 || chunks > examples) {
            throw new ProduceException(
                    String.format(
                            "%,d chunks cannot be made of %,d training examples; choose 1 to %,d"
                                    + " with --chunks",
                            chunks, examples, examples));
        }
        if (seed < 0 || seed >= SEEDS) {
            throw new ProduceException(
                    "seed " + seed + " is out of range; choose 0 to 4294967295 with --seed");
        }
        this.examples = examples;
        this.chunks = chunks;
        this.seed = seed;
        this.loop = loop;
        this.dealt = dealt;
        this.kept = IntStream.range(0, chunks).toArray();
        this.fingerprint = hash(dataset + "/" + seed + "/" + chunks + "/" + loop);
    }

    private StreamPlan(StreamPlan whole, SortedSet<Integer> leftOut) {
        this.examples = whole.examples;
        this.chunks = whole.chunks;
        this.seed = whole.seed;
        this.loop = whole.loop;
        this.dealt = whole.dealt;
        this.kept = Arrays.stream(whole.kept).filter(p -> !leftOut.contains(p + 1)).toArray();
        this.fingerprint = hash(whole.fingerprint + "/without " + leftOut);
    }

    /**
     * This plan without some chunks of each pass: those that are left are the same and keep their
     * order, and their indices have no gap.
     *
     * @param leftOut indices in [1, chunks]
     * @throws ProduceException when one is not, or none would be left
     */
    public StreamPlan without(Collection<Integer> leftOut) {
        SortedSet<Integer> sorted = new TreeSet<>(leftOut);
        if (sorted.isEmpty()) {
            return this;
        }
        if (sorted.first() < 1 || sorted.last() > chunks || sorted.size() == chunks) {
            throw new ProduceException(
                    "chunks %s cannot be left out of 1 to %d; choose others with --leave-out"
                            .formatted(sorted, chunks));
        }
        return new StreamPlan(this, sorted);
    }

    /**
     * Short hash of data set, seed, number of chunks, loop and what is left out: slices of equal
     * plans are interchangeable.
     */
    public String fingerprint() {
        return fingerprint;
    }

    /** Number of chunks the stream will have; 0 when it has no end. */
    public long announcedChunks() {
        return loop ? 0 : kept.length;
    }

    /** Whether the stream has a chunk of this index. */
    public boolean has(long chunk) {
        return chunk >= 1 && (loop || chunk <= kept.length);
    }

    /** Number of examples of chunk t = 1, 2, ... */
    public int size(long chunk) {
        int piece = piece(chunk);
        return start(piece + 1) - start(piece);
    }

    /**
     * Row numbers in the training table of the examples of chunk t = 1, 2, ..., in order; a new
     * array.
     */
    public int[] rows(long chunk) {
        int piece = piece(chunk);
        return Arrays.copyOfRange(permutation(chunk), start(piece), start(piece + 1));
    }

    private int piece(long chunk) {
        if (!has(chunk)) {
            throw new IllegalArgumentException("the plan has no chunk " + chunk);
        }
        return kept[(int) ((chunk - 1) % kept.length)];
    }

    private int start(int piece) {
        return piece * (examples / chunks) + Math.min(piece, examples % chunks);
    }

    private int[] permutation(long chunk) {
        long pass = (chunk - 1) / kept.length;
        if (pass != permutedPass) {
            permutation =
                    dealt && pass == 0
                            ? IntStream.range(0, examples).toArray()
                            : LegacyPermutation.of((seed + pass) % SEEDS, examples);
            permutedPass = pass;
        }
        return permutation;
    }

    private static String hash(String text) {
        try {
            byte[] sum =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
