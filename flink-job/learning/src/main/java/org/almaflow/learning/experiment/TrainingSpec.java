package org.almaflow.learning.experiment;

import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.OptimizerSpec;

/**
 * How a session trains. Defaults are those of the reference implementation for MNIST.
 *
 * @param batchSize examples a mini-batch; the last one of an epoch may differ
 * @param maxEpochs epochs at most
 * @param patience epochs without a better validation accuracy until the session ends
 * @param delta what a validation accuracy must exceed the best by, to be the new best
 * @param validation share of each chunk held back for validation, rounded down
 * @param start where a session's weights come from
 * @param augment how training examples are changed at random; validation and holdout stay as they
 *     are
 * @param lastBatch what becomes of examples that are too few for a mini-batch
 */
public record TrainingSpec(
        int batchSize,
        int maxEpochs,
        int patience,
        double delta,
        double validation,
        Start start,
        OptimizerSpec optimizer,
        Augmentation.Kind augment,
        LastBatch lastBatch) {
    /** On examples as they are, all of them. */
    public TrainingSpec(
            int batchSize,
            int maxEpochs,
            int patience,
            double delta,
            double validation,
            Start start,
            OptimizerSpec optimizer) {
        this(
                batchSize,
                maxEpochs,
                patience,
                delta,
                validation,
                start,
                optimizer,
                Augmentation.Kind.NONE,
                LastBatch.KEEP);
    }

    /** With another patience. */
    public TrainingSpec withPatience(int epochs) {
        return new TrainingSpec(
                batchSize,
                maxEpochs,
                epochs,
                delta,
                validation,
                start,
                optimizer,
                augment,
                lastBatch);
    }

    /** Where a session's weights come from. */
    public enum Start {
        /** The last session's best weights. */
        WARM,
        /** New initial weights. */
        SCRATCH
    }
}
