package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.TransformerSpec;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Experts of a block, of which each row goes to one ({@link TransformerSpec}), as tensor operations
 * alone, so that nothing waits for a device. An expert has a place for every row that it may take;
 * places that stay empty hold zeros, and rows that find none get zeros.
 */
final class SwitchExperts {
    /**
     * Where the gate sends rows.
     *
     * @param probabilities [rows, experts]
     * @param choices expert of each row [rows], whether it has room or not
     * @param chosen the same as zeros and a one [rows, experts]
     */
    record Route(Tensor probabilities, Tensor choices, Tensor chosen) {
        /** {@code E · Σ_e f_e·P_e}: 1 when all experts are used alike. */
        Tensor imbalance() {
            Scalar experts = new Scalar((double) probabilities.size(1));
            Tensor sent = chosen.to(ScalarType.Float).mean(0);
            return probabilities.mean(0).mul(sent).sum().mul(experts);
        }
    }

    private final Place place;
    private final long positions;
    private final long experts;
    private final long capacity;
    private final long width;
    private final Scalar one;
    private final Tensor gates;
    private final List<DenseFeedForward> each = new ArrayList<>();

    SwitchExperts(TransformerSpec spec, int block, Place place, Parameters parameters) {
        this.place = place;
        positions = spec.positions();
        experts = spec.experts(block);
        capacity = spec.capacity(block);
        width = spec.width();
        one = parameters.keep(new Scalar(1L));
        String name = "blocks." + block + ".";
        gates = parameters.whole(name + "gates.weight", experts, width, 1);
        for (int e = 0; e < experts; e++) {
            each.add(DenseFeedForward.part(name + "experts.", e, parameters));
        }
    }

    /** From rows [n · T, width] to rows of that shape. */
    Tensor run(Tensor h, TransformerForm.Pass pass) {
        long rows = h.size(0);
        Route route = route(h, pass.sequences());
        pass.routes().add(route);
        Tensor places = places(route, pass.sequences());
        long all = experts * pass.sequences() * capacity;
        Tensor taken = places.new_full(new long[] {all + 1}, new Scalar(rows));
        taken.scatter_(0, places, upTo(rows));
        Tensor in = withZeros(h).index_select(0, taken.narrow(0, 0, all)).view(experts, -1, width);
        Tensor[] parts = torch.unbind(in, 0).get();
        for (int e = 0; e < parts.length; e++) {
            parts[e] = each.get(e).run(parts[e]);
        }
        Tensor out = torch.cat(new TensorVector(parts), 0);
        Tensor shares = route.probabilities.gather(1, route.choices.unsqueeze(1));
        return withZeros(out).index_select(0, places).mul(shares);
    }

    /** One more row. */
    private static Tensor withZeros(Tensor rows) {
        return torch.constant_pad_nd(rows, 0, 0, 0, 1);
    }

    /**
     * A product for each gate by itself, all of one shape, so that equal gates have equal
     * probabilities to the bit. Position t goes to the (t mod how many)-th of the largest ones.
     */
    private Route route(Tensor h, long n) {
        Tensor logits = torch.bmm(h.expand(experts, h.size(0), width), gates).squeeze(2).t();
        Tensor values = logits.detach();
        Tensor largest = values.eq(values.amax(new long[] {1}, true)).to(ScalarType.Long);
        Tensor equal = largest.sum(1).clamp_min(one).view(n, positions);
        Tensor wanted = upTo(positions).remainder(equal).add(one).view(-1, 1);
        Tensor hit = largest.cumsum(1).eq(wanted).to(ScalarType.Long).mul(largest);
        Tensor choices = hit.argmax(new LongOptional(1), false);
        return new Route(torch.softmax(logits, 1), choices, torch.one_hot(choices, experts));
    }

    /**
     * Place of each row [n · T] among those of all experts, {@code capacity} for each sequence; the
     * one after them where its expert has none left.
     */
    private Tensor places(Route route, long n) {
        Tensor counted = route.chosen.view(n, positions, experts).cumsum(1);
        Tensor choices = route.choices.view(n, positions);
        Tensor nth = counted.gather(2, choices.unsqueeze(2)).squeeze(2).sub(one);
        Tensor sequence = upTo(n).unsqueeze(1);
        Tensor first = choices.mul(new Scalar(n)).add(sequence).mul(new Scalar(capacity));
        Tensor none = nth.new_full(new long[] {1}, new Scalar(experts * n * capacity));
        return torch.where(nth.lt(new Scalar(capacity)), first.add(nth), none).view(-1);
    }

    private Tensor upTo(long count) {
        return place.here(torch.arange(new Scalar(count)));
    }
}
