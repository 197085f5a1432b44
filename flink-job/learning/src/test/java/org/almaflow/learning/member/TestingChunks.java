package org.almaflow.learning.member;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;

/** Chunks in memory: three overlapping clouds of points in the plane. */
final class TestingChunks implements ChunkReader {
    static final int CLASSES = 3;
    private static final InputSpec INPUT =
            new InputSpec(ElementType.UINT8, List.of(2), List.of(0.5f), List.of(0.3f));

    private final Map<String, Examples> files = new HashMap<>();
    private final SplittableRandom random = new SplittableRandom(11);
    int reads;

    ChunkRef add(long chunk, int examples) {
        ByteBuffer features = ByteBuffer.allocate(2 * examples);
        int[] labels = new int[examples];
        for (int i = 0; i < examples; i++) {
            labels[i] = random.nextInt(CLASSES);
            double angle = 2 * Math.PI * labels[i] / CLASSES;
            features.put(coordinate(Math.cos(angle))).put(coordinate(Math.sin(angle)));
        }
        String path = "chunk-" + chunk;
        files.put(path, new Examples(INPUT, CLASSES, features.flip(), labels));
        return new ChunkRef(chunk, path, "sum", examples);
    }

    private byte coordinate(double centre) {
        double noise = random.nextDouble() + random.nextDouble() - 1;
        return (byte) (127 + 50 * centre + 60 * noise);
    }

    @Override
    public Examples read(ChunkRef ref) throws IOException {
        reads++;
        Examples examples = files.get(ref.path());
        if (examples == null) {
            throw new IOException("no chunk file " + ref.path());
        }
        return examples;
    }
}
