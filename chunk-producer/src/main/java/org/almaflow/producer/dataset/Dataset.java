package org.almaflow.producer.dataset;

import java.util.Optional;
import org.almaflow.producer.text.Vocabulary;
import org.almaflow.schemas.FeatureSpec;

/**
 * A data set in memory.
 *
 * @param name name of a known data set, or the file name of the user's own data
 * @param spec what one example is; its mean and std come from the training files alone
 * @param train what the chunks are cut from, in file order
 * @param holdout the stream's test set, in file order; never trained on
 * @param fingerprint 16 hex digits over spec and both tables: equal data, equal fingerprint
 * @param vocabulary of sequences of tokens, whose training examples are in the order of the stream
 *     already; empty for everything else
 */
public record Dataset(
        String name,
        FeatureSpec spec,
        ExampleTable train,
        ExampleTable holdout,
        String fingerprint,
        Optional<Vocabulary> vocabulary) {

    /** A data set with its fingerprint computed. */
    public static Dataset of(
            String name, FeatureSpec spec, ExampleTable train, ExampleTable holdout) {
        return new Dataset(
                name, spec, train, holdout, Fingerprint.of(spec, train, holdout), Optional.empty());
    }

    /** Sequences of tokens in the order of the stream. */
    static Dataset ofText(
            String name,
            FeatureSpec spec,
            ExampleTable train,
            ExampleTable holdout,
            Vocabulary vocabulary) {
        String fingerprint = Fingerprint.of(spec, train, holdout);
        return new Dataset(name, spec, train, holdout, fingerprint, Optional.of(vocabulary));
    }
}
