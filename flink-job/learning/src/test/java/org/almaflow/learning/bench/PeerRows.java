package org.almaflow.learning.bench;

import java.util.List;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.growth.Grown;
import org.almaflow.learning.growth.MixtureGrowth;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.TransformerSpec;
import org.almaflow.learning.network.VggSpec;

/** What is compared with PyTorch. A new row needs a line here and a model in peer.py. */
final class PeerRows {
    static final InputSpec MNIST =
            new InputSpec(
                    ElementType.UINT8, List.of(1, 28, 28), List.of(0.1307f), List.of(0.3081f));
    static final InputSpec CIFAR =
            new InputSpec(
                    ElementType.UINT8,
                    List.of(3, 32, 32),
                    List.of(0.4914f, 0.4822f, 0.4465f),
                    List.of(0.2470f, 0.2435f, 0.2616f));
    private static final InputSpec TEXT =
            new InputSpec(ElementType.TOKEN, List.of(129), List.of(), List.of());
    static final OptimizerSpec ADADELTA = new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0);

    /** Of VGGs. */
    static final OptimizerSpec SGD = new OptimizerSpec.Sgd(0.01, 0.9, false, 1e-4);

    /** Ten mini-batches: about the training part of one of 50 chunks of MNIST. */
    private static final int CHUNK = 10 * PeerRow.BATCH;

    /** The fewest epochs of a session with patience 5. */
    private static final int EPOCHS = 6;

    private static final double LIMIT = 1.1;

    /** Of engine dl4j's networks of several parts, which PyTorch computes one by one. */
    private static final double BATCHED = 0.8;

    private PeerRows() {}

    /** The rows, with what is required of an engine. */
    static List<PeerRow> all(String engine) {
        double batched = engine.equals("dl4j") ? BATCHED : LIMIT;
        return List.of(
                train("MLP h=64", "mlp-64", mlp(64), LIMIT),
                train("MLP h=200", "mlp-200", mlp(200), LIMIT),
                train("MLP h=800", "mlp-800", mlp(800), LIMIT),
                train("UMix k=4, MLP h=64", "umix-4", new JointSpec(4, mlp(64)), batched),
                gmoe(batched),
                vgg(16),
                vgg(32),
                transformer("transformer, batch 8", "transformer", List.of()),
                transformer("transformer, 2 experts, batch 8", "switch-2", List.of(2, 2)),
                evaluation("evaluation, MLP h=64", "mlp-64", mlp(64), LIMIT));
    }

    /** Without augmentation, which PyTorch's users leave to processes that load data. */
    private static PeerRow vgg(int channels) {
        NetworkSpec spec = VggSpec.plain(CIFAR, channels, 10);
        return new PeerRow(
                "VGG c=" + channels,
                "vgg-" + channels,
                spec,
                () -> Tensors.initial(spec, 1),
                SGD,
                CHUNK,
                PeerRow.BATCH,
                1,
                LIMIT);
    }

    /** The network, batch and optimiser of text-shakespeare.yaml. */
    private static PeerRow transformer(String title, String model, List<Integer> experts) {
        NetworkSpec spec = new TransformerSpec(TEXT, 65, 4, 128, 4, 512, 0.05, experts);
        return new PeerRow(
                title,
                model,
                spec,
                () -> Tensors.initial(spec, 1),
                new OptimizerSpec.Adam(0.0015, 0.9, 0.99, 1e-8, 0),
                10 * 8,
                8,
                1,
                LIMIT);
    }

    private static MlpSpec mlp(int h) {
        return new MlpSpec(MNIST, List.of(h, h), 10);
    }

    private static PeerRow train(String title, String model, NetworkSpec spec, double limit) {
        return new PeerRow(
                title,
                model,
                spec,
                () -> Tensors.initial(spec, 1),
                ADADELTA,
                CHUNK,
                PeerRow.BATCH,
                EPOCHS,
                limit);
    }

    private static PeerRow evaluation(String title, String model, NetworkSpec spec, double limit) {
        return new PeerRow(
                title,
                model,
                spec,
                () -> Tensors.initial(spec, 1),
                ADADELTA,
                10_000,
                PeerRow.BATCH,
                0,
                limit);
    }

    /** Expert i of both layers is split in growth i. */
    private static PeerRow gmoe(double limit) {
        NetworkSpec spec = MixtureMlpSpec.flat(MNIST, List.of(64, 64), 2, 10);
        Tensors weights = Tensors.initial(spec, 1);
        for (int i = 0; i < 9; i++) {
            Grown grown = MixtureGrowth.split(spec, weights, List.of(i, i), i);
            spec = grown.spec();
            weights = grown.weights();
        }
        Tensors start = weights;
        return new PeerRow(
                "gMoE, 11 experts, MLP h=64",
                "gmoe-11",
                spec,
                () -> start,
                ADADELTA,
                CHUNK,
                PeerRow.BATCH,
                EPOCHS,
                limit);
    }
}
