package org.almaflow.learning.waiting;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.almaflow.learning.waiting.Progress.Prequential;
import org.almaflow.learning.waiting.Progress.Trained;

/**
 * A learner's own learning curve: the error of a model whose learner has seen n different examples,
 * the newest session on s of them, is
 *
 * <pre>e(n, s) = a · n^−β · (n / s)^φ</pre>
 *
 * β is how fast data helps, φ how much of the older data a session forgets: with φ = 0 only n
 * counts, with φ = β only s does. Derivation, prior and sources: docs/waiting.md.
 *
 * <p>Fitted to the prequential errors of the models so far: each is measured on chunks that its
 * model had not seen, ten times as many examples as validation has. The fit is a Bayesian linear
 * regression of log e with normal priors on β and φ, so that it is defined from the first point on,
 * and moves from the prior to the data as points come.
 *
 * @param logA log a, with n in units of {@code unit}
 * @param unit different examples of the oldest point
 * @param observed the deployed model on all chunks it has predicted
 * @param newest the deployed model on the newest one
 * @param current error of the deployed model: what was observed, drawn towards the curve as far as
 *     so few examples can tell
 */
record ErrorCurve(
        double logA,
        double beta,
        double phi,
        double unit,
        Observed observed,
        Observed newest,
        double current) {
    private static final double BETA = 0.35;
    private static final double BETA_SD = 0.1;
    private static final double PHI = 0.1;
    private static final double PHI_SD = 0.05;

    /** Spread of log e between sessions that differ in nothing but their random choices. */
    private static final double LUCK = 0.12;

    /**
     * The errors of one model on the chunks it predicted.
     *
     * @param n different examples its learner had been trained on
     * @param s examples of its session
     * @param examples predicted
     * @param error share misclassified, with half an error added so that it is never 0
     */
    record Observed(double n, double s, double examples, double error) {
        /** Standard error of {@link #error}. */
        double standardError() {
            return Math.sqrt(error * (1 - error) / examples);
        }

        /** Variance of log error that comes from the number of examples. */
        private double variance() {
            return (1 - error) / (error * examples);
        }
    }

    /** The curve of a learner; empty while no trained model has predicted a chunk. */
    static Optional<ErrorCurve> of(Progress progress) {
        Map<Long, List<Prequential>> byModel =
                progress.arrivals().stream()
                        .filter(p -> p.examples() > 0 && !Double.isNaN(p.error()))
                        .collect(Collectors.groupingBy(Prequential::snapshotVersion));
        List<Trained> judged =
                progress.sessions().stream()
                        .filter(s -> s.examples() > 0 && byModel.containsKey(s.arrival()))
                        .toList();
        if (judged.isEmpty()) {
            return Optional.empty();
        }
        List<Observed> points =
                judged.stream().map(s -> observed(s, byModel.get(s.arrival()))).toList();
        Trained deployed = judged.get(judged.size() - 1);
        List<Prequential> predicted = byModel.get(deployed.arrival());
        Observed newest =
                observed(deployed, predicted.subList(predicted.size() - 1, predicted.size()));
        return Optional.of(fit(points, newest));
    }

    private static Observed observed(Trained session, List<Prequential> predicted) {
        double examples = predicted.stream().mapToLong(Prequential::examples).sum();
        double wrong = predicted.stream().mapToDouble(p -> p.error() * p.examples()).sum();
        double n = session.distinctExamplesSoFar();
        double s = Math.min(n, (double) session.examples());
        return new Observed(n, s, examples, (wrong + 0.5) / (examples + 1));
    }

    private static ErrorCurve fit(List<Observed> points, Observed newest) {
        double unit = points.get(0).n();
        NormalEquations equations = new NormalEquations(3);
        equations.prior(1, -BETA, BETA_SD);
        equations.prior(2, PHI, PHI_SD);
        for (Observed p : points) {
            equations.add(
                    new double[] {1, Math.log(p.n() / unit), Math.log(p.n() / p.s())},
                    Math.log(p.error()),
                    LUCK * LUCK + p.variance());
        }
        double[] solution = equations.solve();
        double beta = Math.max(0, -solution[1]);
        double phi = Math.min(beta, Math.max(0, solution[2]));
        Observed last = points.get(points.size() - 1);
        ErrorCurve curve = new ErrorCurve(solution[0], beta, phi, unit, last, newest, last.error());
        return curve.withCurrent(curve.drawn(last));
    }

    private ErrorCurve withCurrent(double error) {
        return new ErrorCurve(logA, beta, phi, unit, observed, newest, error);
    }

    /** An observed error, drawn towards the curve by the share of its variance that is noise. */
    private double drawn(Observed seen) {
        double trust = LUCK * LUCK / (LUCK * LUCK + seen.variance());
        double expected = Math.log(at(seen.n(), seen.s()));
        return Math.exp(expected + trust * (Math.log(seen.error()) - expected));
    }

    /** Error expected of a model after n different examples, the newest session on s of them. */
    double at(double n, double s) {
        double forgetting = Math.max(0, Math.log(n / s));
        return Math.min(1, Math.exp(logA - beta * Math.log(n / unit) + phi * forgetting));
    }
}
