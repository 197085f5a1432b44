package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.DeviceType;
import static org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.Arrays;
import java.util.Set;
import org.almaflow.learning.engine.EngineException;
import org.almaflow.learning.engine.Tuning;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LayoutOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The device of an engine, and how it computes there. Makes tensors; owns none. */
final class Place {
    /** Index of the processor, which has no number. */
    static final int CPU = -1;

    private final int index;
    private final String description;
    private final Set<Tuning> tuning;
    private final Budget budget;

    Place(int index, String description, Set<Tuning> tuning) {
        this.index = index;
        this.description = description;
        this.tuning = tuning;
        this.budget = Budget.of(index);
    }

    int index() {
        return index;
    }

    boolean gpu() {
        return index != CPU;
    }

    String description() {
        return description;
    }

    Budget budget() {
        return budget;
    }

    boolean channelsLast() {
        return tuning.contains(Tuning.CHANNELS_LAST);
    }

    boolean bf16() {
        return tuning.contains(Tuning.BF16);
    }

    DeviceType type() {
        return gpu() ? DeviceType.CUDA : DeviceType.CPU;
    }

    /** A tensor on the device with any values; not counted. */
    Tensor unset(ScalarType type, long... shape) {
        try {
            return empty(device(), type, shape);
        } catch (RuntimeException | OutOfMemoryError e) {
            long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            throw outOfMemory(elements * torch.elementSize(type), shape, e);
        }
    }

    /** One on the processor, to be filled and copied to the device. */
    static Tensor staged(ScalarType type, long... shape) {
        return empty(new Device(DeviceType.CPU), type, shape);
    }

    private static Tensor empty(Device device, ScalarType type, long... shape) {
        return torch.empty(
                shape,
                new ScalarTypeOptional(type),
                new LayoutOptional(),
                new DeviceOptional(device),
                new BoolOptional(),
                new MemoryFormatOptional());
    }

    EngineException outOfMemory(long bytes, long[] shape, Throwable cause) {
        return budget.refusal(bytes, "values of shape " + Arrays.toString(shape), cause);
    }

    /** The same values on the device. */
    Tensor here(Tensor onProcessor) {
        return gpu() ? onProcessor.to(device(), onProcessor.scalar_type()) : onProcessor;
    }

    /** Row numbers, to choose by. */
    Tensor indices(int... values) {
        return here(torch.tensor(values));
    }

    private Device device() {
        return gpu() ? new Device(DeviceType.CUDA, (byte) index) : new Device(DeviceType.CPU);
    }

    /** Copies all values of a float32 tensor, row-major. */
    static void read(Tensor from, float[] to, int at) {
        Tensor values = from.contiguous().cpu();
        values.data_ptr_float().get(to, at, Math.toIntExact(values.numel()));
    }

    static float[] read(Tensor from) {
        float[] values = new float[Math.toIntExact(from.numel())];
        Scopes.run(() -> read(from, values, 0));
        return values;
    }

    /** Replaces all values of a contiguous float32 tensor. */
    void write(float[] from, Tensor to) {
        Scopes.run(
                () -> {
                    Tensor staged = gpu() ? staged(ScalarType.Float, to.shape()) : to;
                    staged.data_ptr_float().put(from, 0, from.length);
                    if (gpu()) {
                        to.copy_(staged);
                    }
                });
    }
}
