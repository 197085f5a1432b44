package org.almaflow.engine.dl4j;

import java.util.List;
import java.util.function.IntFunction;
import org.almaflow.learning.network.NetworkSpec;

/**
 * Linear layers with stages between them; see {@link LayeredModels} for which network is which.
 *
 * @param stages makes the stage after each layer but the last for a number of rows n
 * @param networks how many networks' logits the last layer gives or sums
 */
record LayeredModel(
        NetworkSpec spec,
        Layout layout,
        List<LinearLayer> layers,
        List<IntFunction<Stage>> stages,
        int networks)
        implements Model {
    LayeredModel {
        layers = List.copyOf(layers);
        stages = List.copyOf(stages);
    }

    @Override
    public Program program(int rows, Workspace workspace) {
        return new LayeredProgram(this, rows, workspace);
    }
}
