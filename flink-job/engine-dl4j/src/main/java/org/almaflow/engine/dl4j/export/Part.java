package org.almaflow.engine.dl4j.export;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A named part of a DL4J network and the parts it is fed by. */
sealed interface Part {
    /** Unique in the network. */
    String name();

    /** Names of other parts, or of the network's input. */
    List<String> from();

    /**
     * A layer.
     *
     * @param before applied to the layer's input; may be null
     * @param parameters by DL4J's keys, each a vector or of the shape that DL4J gives it
     */
    record Layer(
            String name,
            String source,
            org.deeplearning4j.nn.conf.layers.Layer layer,
            InputPreProcessor before,
            Map<String, INDArray> parameters)
            implements Part {
        @Override
        public List<String> from() {
            return List.of(source);
        }
    }

    /** Anything else, without parameters; needs a graph. */
    record Vertex(String name, List<String> from, GraphVertex vertex) implements Part {}
}
