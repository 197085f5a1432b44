package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Dropout;
import org.almaflow.learning.network.TransformerSpec;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A {@link TransformerModel} on its parameters: rows are positions, sequence after sequence. */
final class TransformerForm implements Model.Form {
    /**
     * One pass over sequences.
     *
     * @param dropout null in inference
     * @param routes of the blocks that have experts, in their order; added as the pass goes on
     */
    record Pass(int sequences, DropoutFactors dropout, List<SwitchExperts.Route> routes) {
        Tensor drop(Tensor x, int at) {
            return dropout == null ? x : dropout.apply(x, sequences, at);
        }
    }

    private final TransformerSpec spec;
    private final Place place;
    private final Tensor vectors;
    private final Tensor positions;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final Norm norm;
    private final Scalar balance;

    TransformerForm(TransformerSpec spec, Place place, Parameters parameters) {
        this.spec = spec;
        this.place = place;
        vectors = parameters.whole("tokens.weight");
        positions = parameters.whole("positions.weight");
        for (int i = 0; i < spec.layers(); i++) {
            blocks.add(new TransformerBlock(spec, i, place, parameters));
        }
        norm = new Norm("norm", spec.width(), parameters);
        balance = parameters.scalar(TransformerSpec.BALANCE);
    }

    @Override
    public Tensor logits(Tensor x) {
        return run(x, pass(x, null));
    }

    @Override
    public Model.Trained train(Tensor x, int position, Augmentation augmentation) {
        Dropout dropout = new Dropout(spec.dropout(), augmentation.seed());
        Pass pass = pass(x, new DropoutFactors(place, dropout, position));
        Tensor logits = run(x, pass);
        Tensor imbalance = null;
        for (SwitchExperts.Route route : pass.routes()) {
            Tensor own = route.imbalance();
            imbalance = imbalance == null ? own : imbalance.add(own);
        }
        return new Model.Trained(logits, imbalance == null ? null : imbalance.mul(balance));
    }

    private static Pass pass(Tensor x, DropoutFactors dropout) {
        return new Pass(Math.toIntExact(x.size(0)), dropout, new ArrayList<>());
    }

    private Tensor run(Tensor x, Pass pass) {
        long width = spec.width();
        Tensor read = x.narrow(1, 0, spec.positions()).to(ScalarType.Long);
        Tensor sum = pass.drop(torch.embedding(vectors, read).add_(positions), 0).view(-1, width);
        for (TransformerBlock block : blocks) {
            sum = block.run(sum, pass);
        }
        return torch.linear(norm.of(sum), vectors);
    }

    @Override
    public void addUsage(Tensor x, double[][] usage) {
        if (usage.length == 0) {
            Model.Form.super.addUsage(x, usage);
        }
        Pass pass = pass(x, null);
        Tensor losses =
                MiniBatch.logProbabilities(run(x, pass), MiniBatch.nextTokens(x))
                        .neg()
                        .to(ScalarType.Double);
        for (int i = 0; i < usage.length; i++) {
            Tensor each = losses.new_zeros((long) usage[i].length);
            each.index_add_(0, pass.routes().get(i).choices(), losses);
            for (int e = 0; e < usage[i].length; e++) {
                usage[i][e] += each.select(0, e).item_double();
            }
        }
    }
}
