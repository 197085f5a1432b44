package org.almaflow.observer;

import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;

/**
 * What makes two dead letters the same: a job writes each once, a second job on the same topic
 * writes it once more.
 *
 * @param topic where the record is that could not be used, with partition and offset
 * @param chunk index of the chunk that the letter is about
 */
public record LetterIdentity(
        String topic, int partition, long offset, long chunk, DeadLetterReason reason) {
    /** That of a letter. */
    public static LetterIdentity of(DeadLetter letter) {
        return new LetterIdentity(
                letter.getTopic(),
                letter.getPartition(),
                letter.getOffset(),
                letter.getChunk(),
                letter.getReason());
    }
}
