package org.almaflow.tests.waiting;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.waiting.TimeKind;
import org.almaflow.tests.waiting.WaitingRun.Outcome;

/**
 * Runs every learner of an experiment over several seeds, in one process, and prints what its
 * waiting costs: {@code FILE FIRST_SEED LAST_SEED}. Learners of more than one member and policies
 * that read a clock are passed over: they need the job.
 */
final class PolicyBenchmark {
    private PolicyBenchmark() {}

    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path file = Path.of(args[0]);
        Experiment experiment = ExperimentReader.read(Files.readString(file), file.toString());
        StreamInMemory stream = new StreamInMemory(experiment.stream());
        out.printf(
                "%-28s %16s %16s %16s %10s%n",
                "learner", "CER", "total MACs, G", "final error, %", "sessions");
        try (Engine engine = Engines.find(experiment.engine()).open(EngineOptions.defaults())) {
            for (LearnerSpec learner : experiment.learners()) {
                boolean clock = learner.waiting().time() != TimeKind.NONE;
                if (clock || learner.family().members() > 1) {
                    out.printf("%-28s needs the job%n", learner.id());
                    continue;
                }
                List<Outcome> outcomes = new ArrayList<>();
                for (long seed = number(args[1]); seed <= number(args[2]); seed++) {
                    LearnerSpec seeded = seeded(learner, seed);
                    outcomes.add(
                            new WaitingRun(stream, seeded, engine, learner.waiting()::decide)
                                    .run());
                }
                out.printf(
                        "%-28s %16s %16s %16s %10s%n",
                        learner.id(),
                        text(outcomes, Outcome::cer, 3),
                        text(outcomes, o -> o.totalMacs() / 1e9, 1),
                        text(outcomes, o -> 100 * o.finalError(), 2),
                        text(outcomes, o -> o.sessions().size(), 1));
            }
        }
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }

    private static LearnerSpec seeded(LearnerSpec l, long seed) {
        return new LearnerSpec(
                l.id(), l.family(), l.network(), l.waiting(), l.replay(), l.training(), seed);
    }

    /** Mean ± standard deviation. */
    private static String text(
            List<Outcome> outcomes, ToDoubleFunction<Outcome> figure, int digits) {
        double[] values = outcomes.stream().mapToDouble(figure).toArray();
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double sd = Math.sqrt(squares / Math.max(1, values.length - 1));
        String form = "%." + digits + "f ± %." + digits + "f";
        return String.format(Locale.ROOT, form, mean, sd);
    }
}
