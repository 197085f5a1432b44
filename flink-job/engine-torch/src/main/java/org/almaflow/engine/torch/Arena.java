package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;

/**
 * Native objects that live until close, whatever {@link Scopes} they were made in. Its tensors'
 * bytes count in the budget of the place; views of them do not. Used by one thread.
 */
final class Arena implements AutoCloseable {
    private final Place place;
    private final List<Pointer> kept = new ArrayList<>();
    private long bytes;

    Arena(Place place) {
        this.place = place;
    }

    /** Float32 zeros. */
    Tensor zeros(long... shape) {
        Tensor zeros = unset(shape);
        zeros.zero_();
        return zeros;
    }

    /** Float32 values that nobody has set. */
    Tensor unset(long... shape) {
        return unset(ScalarType.Float, Float.BYTES, shape);
    }

    /** Int64 values that nobody has set. */
    Tensor longs(long... shape) {
        return unset(ScalarType.Long, Long.BYTES, shape);
    }

    private Tensor unset(ScalarType type, int size, long... shape) {
        long wanted = size * Arrays.stream(shape).reduce(1, Math::multiplyExact);
        place.budget().take(wanted, "values of shape " + Arrays.toString(shape));
        try {
            Tensor made = keep(place.unset(type, shape));
            bytes += wanted;
            return made;
        } catch (RuntimeException e) {
            place.budget().give(wanted);
            throw e;
        }
    }

    /** Keeps a view or another object that was just made. */
    <P extends Pointer> P keep(P made) {
        made.retainReference();
        kept.add(made);
        return made;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        kept.forEach(Pointer::releaseReference);
        kept.clear();
        place.budget().give(bytes);
        bytes = 0;
    }
}
