package org.almaflow.observer.predict;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.ModelChoice;
import org.almaflow.schemas.PredictRequest;

/**
 * What is asked of a predictor.
 *
 * @param stream stream whose learners may answer; null: any
 * @param learner learner that is to answer; null: any of the stream's
 * @param choice which of their models
 * @param maxModelAge of the model; zero: the predictor's own limit
 * @param elementType of the examples, as is their shape
 * @param features examples one after another, row-major, little-endian, not normalised
 */
public record Question(
        String stream,
        String learner,
        ModelChoice choice,
        Duration maxModelAge,
        ElementType elementType,
        List<Integer> shape,
        int examples,
        ByteBuffer features) {
    /** The newest model of a learner, of any age, about examples of the stream's kind. */
    public static Question newest(
            String learner, FeatureSpec spec, int examples, ByteBuffer features) {
        return new Question(
                null,
                learner,
                ModelChoice.NEWEST,
                Duration.ZERO,
                spec.getElementType(),
                spec.getShape(),
                examples,
                features);
    }

    PredictRequest request(String id) {
        return PredictRequest.newBuilder()
                .setId(id)
                .setStream(stream)
                .setLearner(learner)
                .setChoice(choice)
                .setMaxModelAgeMillis(maxModelAge.toMillis())
                .setElementType(elementType)
                .setShape(shape)
                .setExamples(examples)
                .setFeatures(features)
                .setAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .build();
    }
}
