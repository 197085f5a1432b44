package org.almaflow.engine.dl4j;

import java.io.IOException;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.SharedExamples;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TransformerSpec;
import org.almaflow.learning.network.VggSpec;

/** The engine on ND4J. It owns nothing itself: networks and example sets own their memory. */
final class Dl4jEngine implements Engine {
    private final EngineOptions claimed;
    private boolean closed;

    /** Gives {@code claimed} back when it closes. */
    Dl4jEngine(EngineOptions claimed) {
        this.claimed = claimed;
    }

    @Override
    public String description() {
        return "dl4j (" + Natives.description(claimed) + ")";
    }

    @Override
    public ExampleSet reserve(InputSpec input, int classes, int capacity) {
        requireOpen();
        return ResidentExamples.reserve(input, classes, capacity);
    }

    @Override
    public long bytesPerExample(InputSpec input) {
        return Math.multiplyFull(ResidentExamples.columns(input), Float.BYTES);
    }

    @Override
    public ExampleSet share(String content, Source source) throws IOException {
        requireOpen();
        return SharedExamples.view(claimed.device() + "/" + content, this, source);
    }

    @Override
    public long nativeBytes() {
        return Natives.bytes(claimed.device());
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
        if (spec instanceof TransformerSpec transformer) {
            return new TransformerModel(transformer);
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
        if (!closed) {
            closed = true;
            Natives.release(claimed);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
    }
}
