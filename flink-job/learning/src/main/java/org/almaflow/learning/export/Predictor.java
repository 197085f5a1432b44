package org.almaflow.learning.export;

import java.util.List;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.Safetensors.Model;

/**
 * Models that predict together; one predicts alone.
 *
 * @param models one or more, for the same input and classes
 * @param averaging what is averaged over them; of no meaning for one
 */
public record Predictor(List<Model> models, Averaging averaging) {
    public Predictor {
        models = List.copyOf(models);
        if (models.isEmpty()) {
            throw new ExportException("there is no model to export; give one or more");
        }
        for (Model model : models) {
            requireSame("classes", models.get(0).network().classes(), model.network().classes());
            requireSame("inputs", models.get(0).network().input(), model.network().input());
        }
    }

    private static void requireSame(String what, Object first, Object other) {
        if (!first.equals(other)) {
            throw new ExportException(
                    "models with different %s cannot predict together: %s and %s; export them one by one"
                            .formatted(what, first, other));
        }
    }

    /** What every model is fed. */
    public InputSpec input() {
        return models.get(0).network().input();
    }

    /** Number of classes. */
    public int classes() {
        return models.get(0).network().classes();
    }
}
