package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.VggSpec;

/** The engine on ND4J. It owns nothing itself: networks and example sets own their memory. */
final class Dl4jEngine implements Engine {
    private final String where;
    private boolean closed;

    Dl4jEngine(String where) {
        this.where = where;
    }

    @Override
    public String description() {
        return "dl4j (" + where + ")";
    }

    @Override
    public ExampleSet upload(Examples examples) {
        requireOpen();
        return ResidentExamples.upload(examples);
    }

    @Override
    public Network network(NetworkSpec spec) {
        requireOpen();
        return new TrainableNetwork(model(spec));
    }

    private static Model model(NetworkSpec spec) {
        if (spec instanceof MlpSpec mlp) {
            return new MlpModel(mlp);
        }
        if (spec instanceof VggSpec vgg) {
            return new VggModel(vgg);
        }
        if (spec instanceof JointSpec joint) {
            return joint.each() instanceof VggSpec vgg
                    ? new VggModel(joint, vgg)
                    : LayeredModels.joint(joint);
        }
        return LayeredModels.mixture((MixtureMlpSpec) spec);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
    }
}
