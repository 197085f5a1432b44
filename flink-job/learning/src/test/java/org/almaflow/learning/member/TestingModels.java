package org.almaflow.learning.member;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.almaflow.learning.member.ModelWriter.ModelRef;

/** Model files in memory. */
final class TestingModels implements ModelFiles {
    /** Published models by path. */
    final Map<String, byte[]> models = new HashMap<>();

    /** Files for the state by path. */
    final Map<String, byte[]> kept = new HashMap<>();

    @Override
    public ModelRef store(String learner, int member, byte[] safetensors) {
        return put(models, learner + "-" + Arrays.hashCode(safetensors), safetensors);
    }

    @Override
    public ModelRef keep(String learner, int member, byte[] bytes) {
        return put(kept, "state-" + learner + "-" + Arrays.hashCode(bytes), bytes);
    }

    private static ModelRef put(Map<String, byte[]> files, String path, byte[] bytes) {
        files.put(path, bytes);
        return new ModelRef(path, "sum", bytes.length);
    }

    @Override
    public byte[] read(ModelRef ref) throws IOException {
        byte[] bytes = models.getOrDefault(ref.path(), kept.get(ref.path()));
        if (bytes == null) {
            throw new IOException("no model file " + ref.path());
        }
        return bytes;
    }
}
