package org.almaflow.learning.member;

import java.io.IOException;

/** Stores model files under their content hash; storing the same bytes again changes nothing. */
@FunctionalInterface
public interface ModelWriter {
    /** Stores a safetensors file of {@code learner}. */
    ModelRef store(String learner, int member, byte[] safetensors) throws IOException;

    /** Reference to a stored model file. */
    record ModelRef(String path, String sha256, long bytes) {}
}
