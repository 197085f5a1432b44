package org.almaflow.learning.member;

import java.io.IOException;

/** Stores model files, and reads again what it stored. */
public interface ModelFiles extends ModelWriter {
    /**
     * A safetensors file that {@link #store} stored.
     *
     * @throws IOException when it cannot be read or is not what the reference says
     */
    byte[] read(ModelRef model) throws IOException;
}
