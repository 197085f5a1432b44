package org.almaflow.learning.waiting;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trains when the deployed model's prequential error exceeds, by a margin, the error that the
 * learner's {@link ErrorCurve} expects of a session on what is buffered: when the model is that
 * much worse than it could be by now. The first session is opened at once.
 *
 * <p>Noise: 1,200 examples tell an error of 4 % to ± 0.6 %. So all chunks that the model has
 * predicted count together, and their error must exceed by one standard error more; the newest
 * chunk alone, which shows a sudden change first, by three.
 *
 * @param margin error, so that 0.01 is one percentage point
 */
public record ErrorDriven(double margin) implements WaitingPolicy {
    private static final double POOLED = 1;
    private static final double NEWEST = 3;

    public ErrorDriven {
        Require.above(0, margin);
    }

    @Override
    public Decision choose(WaitingView view) {
        Optional<ErrorCurve> curve = ErrorCurve.of(view.progress());
        if (curve.isEmpty()) {
            return new Decision(true, "no trained model has been judged yet");
        }
        Sessions sessions = Sessions.of(view.progress());
        double fresh = Math.max(1, view.bufferedExamples());
        double expected = curve.get().at(view.trainedExamples() + fresh, sessions.size(fresh));
        Test pooled = new Test("the model's error", curve.get().observed(), POOLED);
        Test newest = new Test("the newest chunk's error", curve.get().newest(), NEWEST);
        double allowed = expected + margin;
        Test telling = newest.exceeds(allowed) && !pooled.exceeds(allowed) ? newest : pooled;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("expected_error", expected);
        figures.put("error", pooled.seen().error());
        figures.put("limit", pooled.limit(allowed));
        figures.put("newest_error", newest.seen().error());
        figures.put("newest_limit", newest.limit(allowed));
        return new Decision(
                telling.exceeds(allowed),
                "%s; a session promises %s"
                        .formatted(telling.text(allowed), Numbers.percent(expected)),
                figures);
    }

    /** Whether an error is too high, beyond so many standard errors. */
    private record Test(String what, ErrorCurve.Observed seen, double standardErrors) {
        double limit(double allowed) {
            return allowed + standardErrors * seen.standardError();
        }

        boolean exceeds(double allowed) {
            return seen.error() > limit(allowed);
        }

        String text(double allowed) {
            return "%s %s is %s %s"
                    .formatted(
                            what,
                            Numbers.percent(seen.error()),
                            exceeds(allowed) ? "above" : "within",
                            Numbers.percent(limit(allowed)));
        }
    }

    @Override
    public boolean needsFeedback() {
        return true;
    }

    @Override
    public String describe() {
        return "error-driven: {margin: " + Numbers.text(margin) + "}";
    }
}
