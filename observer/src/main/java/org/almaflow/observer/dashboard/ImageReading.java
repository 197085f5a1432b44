package org.almaflow.observer.dashboard;

import java.nio.ByteBuffer;
import org.almaflow.schemas.FeatureSpec;

/** Turns an image file into an example of a stream. */
public interface ImageReading {
    /**
     * Reads one image.
     *
     * @param file content of a PNG or JPEG file
     * @param spec what an example is
     * @param name what messages call it
     * @return its elements, as a chunk has them
     * @throws IllegalArgumentException with one sentence when it is no such image
     */
    ByteBuffer read(byte[] file, FeatureSpec spec, String name);
}
