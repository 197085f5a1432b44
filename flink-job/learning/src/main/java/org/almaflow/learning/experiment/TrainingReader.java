package org.almaflow.learning.experiment;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.OptimizerSpec;

/** Reads a {@code training} section; the defaults are the reference implementation's for MNIST. */
final class TrainingReader {
    private TrainingReader() {}

    static TrainingSpec read(Section training) {
        training.only(
                "batch_size",
                "max_epochs",
                "patience",
                "delta",
                "validation",
                "start",
                "optimizer",
                "augment",
                "last_batch");
        TrainingSpec.Start start =
                training.has("start")
                        ? training.choice(
                                "start",
                                List.of(TrainingSpec.Start.values()),
                                s -> s.name().toLowerCase(Locale.ROOT))
                        : TrainingSpec.Start.WARM;
        return new TrainingSpec(
                (int) training.wholeNumber("batch_size", 1, 1 << 20, 128),
                (int) training.wholeNumber("max_epochs", 1, Integer.MAX_VALUE, 100),
                (int) training.wholeNumber("patience", 1, Integer.MAX_VALUE, 25),
                training.number("delta", 0, 1, 0.001),
                training.number("validation", 0, 0.9, 0.1),
                start,
                optimizer(training.sectionOrEmpty("optimizer")),
                augment(training),
                lastBatch(training));
    }

    private static Augmentation.Kind augment(Section training) {
        return training.has("augment")
                ? training.choice(
                        "augment", List.of(Augmentation.Kind.values()), Augmentation.Kind::label)
                : Augmentation.Kind.NONE;
    }

    private static LastBatch lastBatch(Section training) {
        return training.has("last_batch")
                ? training.choice(
                        "last_batch",
                        List.of(LastBatch.values()),
                        b -> b.name().toLowerCase(Locale.ROOT))
                : LastBatch.KEEP;
    }

    private static OptimizerSpec optimizer(Section o) {
        String type =
                o.has("type")
                        ? o.choice("type", List.of("adadelta", "sgd", "adam"), Function.identity())
                        : "adadelta";
        return switch (type) {
            case "sgd" -> sgd(o);
            case "adam" -> adam(o);
            default -> adadelta(o);
        };
    }

    private static OptimizerSpec sgd(Section o) {
        o.only("type", "lr", "momentum", "nesterov", "weight_decay");
        double momentum = o.number("momentum", 0, 1, 0);
        boolean nesterov = o.flag("nesterov", false);
        if (nesterov && momentum == 0) {
            throw o.wrong("nesterov", "false without momentum");
        }
        return new OptimizerSpec.Sgd(o.positive("lr", 0.01), momentum, nesterov, decay(o));
    }

    private static OptimizerSpec adam(Section o) {
        o.only("type", "lr", "beta1", "beta2", "eps", "weight_decay", "warmup");
        return new OptimizerSpec.Adam(
                o.positive("lr", 0.001),
                o.number("beta1", 0, 0.999_999, 0.9),
                o.number("beta2", 0, 0.999_999, 0.999),
                o.positive("eps", 1e-8),
                decay(o),
                o.wholeNumber("warmup", 0, Integer.MAX_VALUE, 0));
    }

    private static OptimizerSpec adadelta(Section o) {
        o.only("type", "lr", "rho", "eps", "weight_decay");
        return new OptimizerSpec.Adadelta(
                o.positive("lr", 1.0),
                o.number("rho", 0, 1, 0.9),
                o.positive("eps", 1e-6),
                decay(o));
    }

    private static double decay(Section o) {
        return o.number("weight_decay", 0, Double.MAX_VALUE, 0);
    }
}
