package org.almaflow.engine.torch;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.JointSpec;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Convolutional networks that are trained jointly, one after another on the same images. */
record JointVggModel(JointSpec spec, VggModel each) implements Model {
    @Override
    public Form bind(Parameters parameters) {
        List<Form> networks = new ArrayList<>();
        for (int k = 0; k < spec.networks(); k++) {
            networks.add(each.bind(parameters.network(k, each.spec())));
        }
        Scalar share = parameters.scalar(spec.logitShare());
        return x -> {
            Tensor sum = networks.get(0).logits(x);
            for (Form network : networks.subList(1, networks.size())) {
                sum = sum.add(network.logits(x));
            }
            return sum.mul(share);
        };
    }

    @Override
    public int block() {
        return each.block();
    }

    @Override
    public long activations() {
        return spec.networks() * each.activations();
    }
}
