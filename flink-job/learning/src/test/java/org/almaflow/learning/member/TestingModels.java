package org.almaflow.learning.member;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Model files in memory. */
final class TestingModels implements ModelFiles {
    private final Map<String, byte[]> files = new HashMap<>();

    boolean isEmpty() {
        return files.isEmpty();
    }

    @Override
    public ModelRef store(String learner, int member, byte[] file) {
        String path = learner + "-" + Arrays.hashCode(file);
        files.put(path, file);
        return new ModelRef(path, "sum", file.length);
    }

    @Override
    public byte[] read(ModelRef model) {
        return files.get(model.path());
    }
}
