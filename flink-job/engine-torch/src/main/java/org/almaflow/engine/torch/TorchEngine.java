package org.almaflow.engine.torch;

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

/** The engine on LibTorch. It owns nothing itself: networks and example sets own their memory. */
final class TorchEngine implements Engine {
    private final EngineOptions claimed;
    private final Place place;
    private boolean closed;

    /** Gives {@code claimed} back when it closes. */
    TorchEngine(EngineOptions claimed) {
        this.claimed = claimed;
        this.place = Natives.place(claimed);
    }

    @Override
    public String description() {
        return "torch (" + place.description() + ")";
    }

    @Override
    public ExampleSet reserve(InputSpec input, int classes, int capacity) {
        requireOpen();
        return ResidentExamples.reserve(place, input, classes, capacity);
    }

    @Override
    public long bytesPerExample(InputSpec input) {
        return Math.multiplyFull(input.elements(), Float.BYTES) + Long.BYTES;
    }

    @Override
    public ExampleSet share(String content, Source source) throws IOException {
        requireOpen();
        return SharedExamples.view("torch/" + place.index() + "/" + content, this, source);
    }

    @Override
    public long nativeBytes() {
        return place.budget().held();
    }

    @Override
    public Network network(NetworkSpec spec) {
        requireOpen();
        return new TorchNetwork(place, model(spec));
    }

    private Model model(NetworkSpec spec) {
        if (spec instanceof MlpSpec mlp) {
            return new MlpModel(mlp);
        }
        if (spec instanceof MixtureMlpSpec mixture) {
            return new MixtureMlpModel(mixture);
        }
        if (spec instanceof VggSpec vgg) {
            return new VggModel(vgg, place.channelsLast());
        }
        if (spec instanceof JointSpec joint) {
            return joint.each() instanceof VggSpec each
                    ? new JointVggModel(joint, new VggModel(each, place.channelsLast()))
                    : new JointMlpModel(joint, (MlpSpec) joint.each());
        }
        return new TransformerModel((TransformerSpec) spec, place);
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
