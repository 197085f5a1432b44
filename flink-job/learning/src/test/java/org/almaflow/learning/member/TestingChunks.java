package org.almaflow.learning.member;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;

/** Chunks in memory: three overlapping clouds of points in the plane, or images of them. */
final class TestingChunks implements ChunkReader {
    static final int CLASSES = 3;
    private static final int SIDE = 4;

    private final InputSpec input;
    private final Map<String, Examples> files = new HashMap<>();
    private final SplittableRandom random = new SplittableRandom(11);
    int reads;

    /** Most examples that were read at once. */
    int largest;

    private TestingChunks(List<Integer> shape) {
        input = new InputSpec(ElementType.UINT8, shape, List.of(0.5f), List.of(0.3f));
    }

    static TestingChunks points() {
        return new TestingChunks(List.of(2));
    }

    /** A point as a grey image: its coordinates are the shades of the upper and the lower half. */
    static TestingChunks images() {
        return new TestingChunks(List.of(1, SIDE, SIDE));
    }

    ChunkRef add(long chunk, int examples) {
        ByteBuffer features = ByteBuffer.allocate(input.bytes() * examples);
        int[] labels = new int[examples];
        for (int i = 0; i < examples; i++) {
            labels[i] = random.nextInt(CLASSES);
            double angle = 2 * Math.PI * labels[i] / CLASSES;
            for (int pixel = 0; pixel < input.bytes(); pixel++) {
                boolean horizontal = input.bytes() == 2 ? pixel == 0 : pixel < SIDE * SIDE / 2;
                features.put(coordinate(horizontal ? Math.cos(angle) : Math.sin(angle)));
            }
        }
        String path = "chunk-" + chunk;
        files.put(path, new Examples(input, CLASSES, features.flip(), labels));
        return new ChunkRef(chunk, path, "sum", examples);
    }

    private byte coordinate(double centre) {
        double noise = random.nextDouble() + random.nextDouble() - 1;
        return (byte) (127 + 50 * centre + 60 * noise);
    }

    @Override
    public Examples read(ChunkRef ref, int from, int to) throws IOException {
        reads++;
        largest = Math.max(largest, to - from);
        Examples examples = files.get(ref.path());
        if (examples == null) {
            throw new IOException("no chunk file " + ref.path());
        }
        return examples.select(IntStream.range(from, to).toArray());
    }
}
