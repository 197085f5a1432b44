package org.almaflow.pipeline.predict;

import org.almaflow.pipeline.store.Specs;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.Target;

/** Whether a request can be answered by models of a stream. */
final class RequestCheck {
    /** Longest id that is repeated in an answer. */
    static final int ID = 200;

    /** Bytes that an answer may have, so that it fits into a Kafka record. */
    private static final long ANSWER = 900 * 1024;

    private RequestCheck() {}

    /**
     * Checks the examples of a request.
     *
     * @throws RefusedException when they do not fit, saying what would
     */
    static void require(PredictRequest request, FeatureSpec spec) throws RefusedException {
        if (spec.getTarget() != Target.CLASS_LABEL) {
            throw wrong("the stream has no classes but %s".formatted(spec.getTarget()));
        }
        if (request.getElementType() != spec.getElementType()
                || !request.getShape().equals(spec.getShape())) {
            throw wrong(
                    "examples of the stream are %s of shape %s, not %s of shape %s"
                            .formatted(
                                    spec.getElementType(),
                                    spec.getShape(),
                                    request.getElementType(),
                                    request.getShape().size() > ID
                                            ? request.getShape().size() + " axes"
                                            : request.getShape()));
        }
        int examples = request.getExamples();
        long bytes = examples * Specs.exampleBytes(spec);
        if (examples < 1 || request.getFeatures().remaining() != bytes) {
            throw wrong(
                    "%d bytes of features are not %d examples of %d bytes; give 1 example or more"
                            .formatted(
                                    request.getFeatures().remaining(),
                                    examples,
                                    Specs.exampleBytes(spec)));
        }
        long most = ANSWER / answerBytes(spec);
        if (examples > most) {
            throw new RefusedException(
                    PredictStatus.TOO_LARGE,
                    "the answer for %d examples would not fit into a record; ask for %d at most"
                            .formatted(examples, most));
        }
    }

    /** Bytes that one example adds to an answer, at most. */
    private static long answerBytes(FeatureSpec spec) {
        int name = spec.getClassNames().stream().mapToInt(String::length).max().orElse(11);
        return 20L + 4L * name + (long) Float.BYTES * spec.getClasses();
    }

    private static RefusedException wrong(String message) {
        return new RefusedException(PredictStatus.WRONG_INPUT, message);
    }
}
