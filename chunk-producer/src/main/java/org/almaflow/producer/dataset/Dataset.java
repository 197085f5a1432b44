package org.almaflow.producer.dataset;

import org.almaflow.schemas.FeatureSpec;

/**
 * A data set in memory.
 *
 * @param name name of a known data set, or the file name of the user's own data
 * @param spec what one example is; its mean and std come from the training files alone
 * @param train what the chunks are cut from, in file order
 * @param holdout the stream's test set, in file order; never trained on
 * @param fingerprint 16 hex digits over spec and both tables: equal data, equal fingerprint
 */
public record Dataset(
        String name,
        FeatureSpec spec,
        ExampleTable train,
        ExampleTable holdout,
        String fingerprint) {

    /** A data set with its fingerprint computed. */
    public static Dataset of(
            String name, FeatureSpec spec, ExampleTable train, ExampleTable holdout) {
        return new Dataset(name, spec, train, holdout, Fingerprint.of(spec, train, holdout));
    }
}
