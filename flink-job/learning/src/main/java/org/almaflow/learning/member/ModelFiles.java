package org.almaflow.learning.member;

import java.io.IOException;

/**
 * Files that a member's state refers to instead of holding their content, so that what does not
 * change is written once and not with every checkpoint.
 */
public interface ModelFiles extends ModelWriter {
    /** Keeps bytes of {@code learner} that are no published model, under their content hash. */
    ModelRef keep(String learner, int member, byte[] bytes) throws IOException;

    /**
     * Reads a file that was stored or kept.
     *
     * @throws IOException when it is gone, or is not what its hash says, with a remedy
     */
    byte[] read(ModelRef ref) throws IOException;
}
