package org.almaflow.engine.dl4j.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.export.ExportException;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.VggSpec;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A predictor as a DL4J network of raw inputs: normalisation, which training leaves as it is; one
 * tower of layers a network, whose mean is taken; the class probabilities.
 */
final class Translation {
    private static final String NORMALISE = "normalise";
    private static final String LOGITS = "logits";
    private static final String PROBABILITIES = "probabilities";

    private final Blueprint blueprint = new Blueprint();

    private Translation() {}

    /**
     * The network with its weights.
     *
     * @throws ExportException when DL4J cannot express it
     */
    static Model of(Predictor predictor) {
        Translation translation = new Translation();
        translation.predictor(predictor);
        return translation.blueprint.build();
    }

    private void predictor(Predictor predictor) {
        String input = normalise(predictor.input());
        List<Safetensors.Model> models = predictor.models();
        boolean logits = models.size() == 1 || predictor.averaging() == Averaging.LOGITS;
        List<String> each = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            String prefix = models.size() == 1 ? "" : "models." + i + ".";
            Weights weights = new Weights(models.get(i).weights());
            String tower = logits(models.get(i).network(), weights, prefix, input);
            each.add(logits ? tower : softmax(prefix, tower));
        }
        String mean = logits ? mean(LOGITS, each) : mean("mean", each);
        LossLayer output =
                new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(logits ? Activation.SOFTMAX : Activation.IDENTITY)
                        .build();
        blueprint.layer(PROBABILITIES, mean, output, null, Map.of());
    }

    /** {@code x · scale + shift}, element by element, as the engine does. */
    private String normalise(InputSpec input) {
        int n = input.elements();
        float[] scale = new float[n];
        float[] shift = new float[n];
        for (int i = 0; i < n; i++) {
            scale[i] = input.scale(i);
            shift[i] = input.shift(i);
        }
        ElementWiseMultiplicationLayer layer =
                new ElementWiseMultiplicationLayer.Builder()
                        .nIn(n)
                        .nOut(n)
                        .activation(Activation.IDENTITY)
                        .build();
        return blueprint.layer(
                NORMALISE,
                Blueprint.INPUT,
                new FrozenLayer(layer),
                flatten(input),
                Map.of("W", Nd4j.createFromArray(scale), "b", Nd4j.createFromArray(shift)));
    }

    /** Images may come as such or as rows; null for what has no channels, height and width. */
    private static CnnToFeedForwardPreProcessor flatten(InputSpec input) {
        List<Integer> shape = input.shape();
        return shape.size() == 3
                ? new CnnToFeedForwardPreProcessor(shape.get(1), shape.get(2), shape.get(0))
                : null;
    }

    private String logits(NetworkSpec spec, Weights weights, String prefix, String input) {
        if (spec instanceof JointSpec joint) {
            return joint(joint, weights, prefix, input);
        }
        Tower tower = new Tower(blueprint, weights, prefix);
        if (spec instanceof MlpSpec mlp) {
            return tower.mlp(mlp, input);
        }
        if (spec instanceof MixtureMlpSpec mixture) {
            return new MixtureTower(tower).mlp(mixture, input);
        }
        if (spec instanceof VggSpec vgg) {
            return new VggTower(tower, vgg).logits(input);
        }
        throw new ExportException(
                "DL4J has no layers for a network of kind %s; export it with --to safetensors"
                        .formatted(spec.getClass().getSimpleName()));
    }

    private String joint(JointSpec joint, Weights weights, String prefix, String input) {
        List<String> each = new ArrayList<>();
        for (int i = 0; i < joint.networks(); i++) {
            String below = joint.networks() == 1 ? prefix : prefix + "networks." + i + ".";
            each.add(logits(joint.each(), weights.of(i), below, input));
        }
        boolean sum = joint.joining() == JointSpec.Joining.SUM;
        return join(prefix + LOGITS, each, sum ? Op.Add : Op.Average);
    }

    private String mean(String name, List<String> each) {
        return join(name, each, Op.Average);
    }

    private String join(String name, List<String> each, Op op) {
        return each.size() == 1
                ? each.get(0)
                : blueprint.vertex(name, new ElementWiseVertex(op), each);
    }

    private String softmax(String prefix, String logits) {
        ActivationLayer layer =
                new ActivationLayer.Builder().activation(Activation.SOFTMAX).build();
        return blueprint.layer(prefix + PROBABILITIES, logits, layer, null, Map.of());
    }
}
