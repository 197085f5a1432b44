package org.almaflow.engine.dl4j.bench;

import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.experiment.LastBatch;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.TrainingSession;
import org.almaflow.learning.session.TrainingSets;

/**
 * A whole training session: shuffling every epoch, partial last mini-batches, sums of losses, a
 * copy of the best weights every epoch; only without validation examples.
 */
final class SessionLoop implements Contestant {
    private static final int EXAMPLES = 10_000;

    private final Network network;
    private final Tensors start;
    private final TrainingSets sets;
    private final TrainingSpec spec;
    private long sessions;

    SessionLoop(Engine engine, int n, int h) {
        MlpSpec mlp = EngineLoop.mnistLike(h);
        Examples examples = EngineLoop.random(mlp, EXAMPLES);
        network = engine.network(mlp);
        start = Tensors.initial(mlp, 1);
        sets =
                new TrainingSets(
                        engine.upload(examples), engine.upload(examples.select(new int[0])));
        OptimizerSpec optimizer = new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0);
        spec =
                new TrainingSpec(
                        n,
                        1_000_000,
                        1,
                        0,
                        0,
                        TrainingSpec.Start.SCRATCH,
                        optimizer,
                        Augmentation.Kind.NONE,
                        LastBatch.KEEP);
    }

    @Override
    public String name() {
        return "session";
    }

    @Override
    public long train(int batches) {
        network.load(start);
        TrainingSession session =
                TrainingSession.open(network, spec, sets, 5, 0, ++sessions, Cost.NONE, 0);
        for (int i = 0; i < batches && !session.ended(); i++) {
            session.step();
        }
        if (session.ended()) {
            throw new IllegalStateException("the session has ended: " + session.endReason());
        }
        return session.cost().examples();
    }
}
