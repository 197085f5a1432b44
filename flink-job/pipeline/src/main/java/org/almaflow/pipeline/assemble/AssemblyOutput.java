package org.almaflow.pipeline.assemble;

import java.io.IOException;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.schemas.DeadLetter;

/** Receives what the assembler has to say, in order. */
public interface AssemblyOutput {
    /** A chunk has arrived; indices come without gaps from 0. */
    void arrived(ChunkArrived arrival) throws IOException;

    /** A record or chunk could not be used. */
    void deadLetter(DeadLetter letter);

    /** A slice came again with the same content, and is ignored. */
    void duplicate();

    /** A record of another stream is none of this job's business. */
    void skipped();
}
