package org.almaflow.engine.dl4j;

import java.util.HashMap;
import java.util.Map;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.TransformerSpec;

/** A transformer; its flat vector has the order of the spec's tensors. */
final class TransformerModel implements Model {
    /** Tokens of one mini-batch of inference, at most. */
    private static final int TOKENS = 2048;

    private final TransformerSpec spec;
    private final Layout layout;
    private final Map<String, Integer> begin = new HashMap<>();

    TransformerModel(TransformerSpec spec) {
        this.spec = spec;
        this.layout = Layout.straight(spec);
        int at = 0;
        for (TensorSpec t : spec.tensors()) {
            begin.put(t.name(), at);
            at = Math.addExact(at, t.size());
        }
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public int block() {
        return Math.max(1, TOKENS / spec.positions());
    }

    /** The memory of a program is large, the time for some sequences too many is not. */
    @Override
    public int inferenceRows(int rows) {
        return 2 * rows > block() ? block() : rows;
    }

    @Override
    public Program program(int rows, Workspace workspace) {
        return new TransformerProgram(rows, this, workspace);
    }

    /** Where a tensor begins. */
    int begin(String tensor) {
        return begin.get(tensor);
    }
}
