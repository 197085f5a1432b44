package org.almaflow.learning.experiment;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.OptimizerSpec;

/** Reads a {@code training} section. */
final class TrainingReader {
    private static final OptimizerSpec.Sgd PLAIN = new OptimizerSpec.Sgd(0.01, 0, false, 0);

    private TrainingReader() {}

    static TrainingSpec read(Section training, TrainingDefaults defaults) {
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
                (int) training.wholeNumber("patience", 1, Integer.MAX_VALUE, defaults.patience()),
                training.number("delta", 0, 1, defaults.delta()),
                training.number("validation", 0, 0.9, 0.1),
                start,
                optimizer(training.sectionOrEmpty("optimizer"), defaults.optimizer()),
                augment(training, defaults.augment()),
                lastBatch(training));
    }

    private static Augmentation.Kind augment(Section training, Augmentation.Kind otherwise) {
        return training.has("augment")
                ? training.choice(
                        "augment", List.of(Augmentation.Kind.values()), Augmentation.Kind::label)
                : otherwise;
    }

    private static LastBatch lastBatch(Section training) {
        return training.has("last_batch")
                ? training.choice(
                        "last_batch",
                        List.of(LastBatch.values()),
                        b -> b.name().toLowerCase(Locale.ROOT))
                : LastBatch.KEEP;
    }

    /** Without a type it is {@code otherwise} with what the section says in its place. */
    private static OptimizerSpec optimizer(Section o, OptimizerSpec otherwise) {
        if (!o.has("type")) {
            return otherwise instanceof OptimizerSpec.Sgd sgd ? sgd(o, sgd) : adadelta(o);
        }
        return switch (o.choice("type", List.of("adadelta", "sgd", "adam"), Function.identity())) {
            case "sgd" -> sgd(o, PLAIN);
            case "adam" -> adam(o);
            default -> adadelta(o);
        };
    }

    private static OptimizerSpec sgd(Section o, OptimizerSpec.Sgd otherwise) {
        o.only("type", "lr", "momentum", "nesterov", "weight_decay");
        double momentum = o.number("momentum", 0, 1, otherwise.momentum());
        boolean nesterov = o.flag("nesterov", momentum > 0 && otherwise.nesterov());
        if (nesterov && momentum == 0) {
            throw o.wrong("nesterov", "false without momentum");
        }
        return new OptimizerSpec.Sgd(
                o.positive("lr", otherwise.learningRate()),
                momentum,
                nesterov,
                decay(o, otherwise.weightDecay()));
    }

    private static OptimizerSpec adam(Section o) {
        o.only("type", "lr", "beta1", "beta2", "eps", "weight_decay", "warmup");
        return new OptimizerSpec.Adam(
                o.positive("lr", 0.001),
                o.number("beta1", 0, 0.999_999, 0.9),
                o.number("beta2", 0, 0.999_999, 0.999),
                o.positive("eps", 1e-8),
                decay(o, 0),
                o.wholeNumber("warmup", 0, Integer.MAX_VALUE, 0));
    }

    private static OptimizerSpec adadelta(Section o) {
        o.only("type", "lr", "rho", "eps", "weight_decay");
        return new OptimizerSpec.Adadelta(
                o.positive("lr", 1.0),
                o.number("rho", 0, 1, 0.9),
                o.positive("eps", 1e-6),
                decay(o, 0));
    }

    private static double decay(Section o, double otherwise) {
        return o.number("weight_decay", 0, Double.MAX_VALUE, otherwise);
    }
}
