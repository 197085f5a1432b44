package org.almaflow.learning.waiting;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trains when that is the first step of the cheapest plan for the arrivals to come: the plan with
 * the least sum of expected errors and price of compute, by the learner's own {@link ErrorCurve}.
 * The first session is opened at once. Derivation and sources: docs/waiting.md.
 *
 * @param price what training on one chunk costs, in error summed over arrivals
 * @param horizon arrivals to look ahead on a stream without end; 0: as many as there were so far
 */
public record Adaptive(double price, long horizon) implements WaitingPolicy {
    public Adaptive {
        if (!(price >= 0) || Double.isInfinite(price)) {
            throw new IllegalArgumentException("price must be a number from 0, not " + price);
        }
        if (horizon < 0) {
            throw new IllegalArgumentException(
                    "horizon must be a whole number from 0, not " + horizon);
        }
    }

    @Override
    public Decision choose(WaitingView view) {
        Optional<ErrorCurve> curve = ErrorCurve.of(view.progress());
        if (curve.isEmpty()) {
            return new Decision(true, "no trained model has been judged yet");
        }
        return view.bufferedExamples() == 0
                ? new Decision(false, "there is nothing to plan with")
                : choose(view, curve.get());
    }

    private Decision choose(WaitingView view, ErrorCurve curve) {
        Plans plans = Plans.of(view, curve, price, horizon);
        Plans.Plan now = plans.bestFrom(0);
        Plans.Plan later = plans.bestLater();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("error", curve.current());
        figures.put("expected_error", plans.errorAfterTraining());
        figures.put("plan_now", now.total());
        figures.put("plan_later", later.total());
        figures.put("beta", curve.beta());
        figures.put("phi", curve.phi());
        String reason =
                "training now takes the error from %s to %s; error and price to come: %s, after waiting for %d more %s"
                        .formatted(
                                Numbers.percent(curve.current()),
                                Numbers.percent(plans.errorAfterTraining()),
                                Numbers.brief(now.total()),
                                later.delay(),
                                Numbers.brief(later.total()));
        return new Decision(now.total() <= later.total(), reason, figures);
    }

    @Override
    public boolean needsFeedback() {
        return true;
    }

    @Override
    public String describe() {
        return "adaptive: {price: "
                + Numbers.text(price)
                + (horizon == 0 ? "" : ", horizon: " + horizon)
                + "}";
    }
}
