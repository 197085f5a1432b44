package org.almaflow.engine.dl4j;

import java.util.Arrays;
import java.util.function.Function;
import org.almaflow.learning.engine.EngineException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A dense row-major float32 matrix on the device. Owned by who allocated it; close frees it at
 * once.
 *
 * <p>On the CPU backend rows and values move by plain memory copies, which cost a tenth of an ND4J
 * operation; on any other backend by ND4J operations, so that no device address is followed here.
 */
final class DeviceMemory implements AutoCloseable {
    private final INDArray array;
    private final long rows;
    private final int columns;

    /** The array's memory when Java may touch it; else null. */
    private final FloatPointer host;

    /** The same in bytes, which is how {@link Pointer#memcpy} counts positions; else null. */
    private final BytePointer hostBytes;

    private DeviceMemory(INDArray array, long rows, int columns) {
        this.array = array;
        this.rows = rows;
        this.columns = columns;
        boolean cpu = Natives.isCpu();
        this.host = cpu ? new FloatPointer(array.data().addressPointer()) : null;
        this.hostBytes = cpu ? new BytePointer(array.data().addressPointer()) : null;
    }

    /**
     * Zeros.
     *
     * @throws EngineException when there is not enough memory
     */
    static DeviceMemory zeros(long rows, int columns) {
        return allocate(rows, columns, shape -> Nd4j.zeros(DataType.FLOAT, shape));
    }

    /**
     * Values that mean nothing until they are written.
     *
     * @throws EngineException when there is not enough memory
     */
    static DeviceMemory unset(long rows, int columns) {
        return allocate(rows, columns, shape -> Nd4j.createUninitialized(DataType.FLOAT, shape));
    }

    private static DeviceMemory allocate(
            long rows, int columns, Function<long[], INDArray> allocation) {
        try {
            return new DeviceMemory(allocation.apply(new long[] {rows, columns}), rows, columns);
        } catch (OutOfMemoryError | RuntimeException e) {
            throw new EngineException(
                    "%d MiB for %d x %d values cannot be allocated (%s): use smaller chunks, less replay or a smaller network, or raise --native-memory (now %s)"
                            .formatted(
                                    (rows * columns * Float.BYTES) >> 20,
                                    rows,
                                    columns,
                                    e.getMessage(),
                                    Natives.limit()),
                    e);
        }
    }

    /** The matrix as operations see it; valid until close. */
    INDArray array() {
        return array;
    }

    /** Part of the memory as a vector. */
    INDArray vector(long from, int length) {
        return slice(from, length);
    }

    /** Part of the memory as a matrix of its own. */
    INDArray matrix(long from, int rows, int columns) {
        return slice(from, (long) rows * columns).reshape('c', new long[] {rows, columns});
    }

    /** Part of the memory in any shape, from element {@code from} on. */
    INDArray view(long from, long... shape) {
        long count = 1;
        for (long n : shape) {
            count *= n;
        }
        return slice(from, count).reshape('c', shape);
    }

    /** Copies {@code values[0..count)} to the memory from element {@code at} on. */
    void write(long at, float[] values, int count) {
        if (host != null) {
            host.position(at).put(values, 0, count);
        } else {
            slice(at, count).assign(Nd4j.createFromArray(Arrays.copyOf(values, count)));
        }
    }

    /** Copies the first {@code count} elements to {@code values}. */
    void read(float[] values, int count) {
        read(0, values, count);
    }

    /** Copies {@code count} elements from element {@code at} on to the start of {@code values}. */
    void read(long at, float[] values, int count) {
        if (host != null) {
            host.position(at).get(values, 0, count);
        } else {
            System.arraycopy(slice(at, count).dup().toFloatVector(), 0, values, 0, count);
        }
    }

    /** Makes this matrix rows {@code chosen[from..to)} of another one of the same width. */
    void copyRows(DeviceMemory source, int[] chosen, int from, int to) {
        if (host == null) {
            Nd4j.pullRows(source.array, array, 1, Arrays.copyOfRange(chosen, from, to));
            return;
        }
        long bytes = (long) columns * Float.BYTES;
        for (int i = from; i < to; i++) {
            hostBytes.position((i - from) * bytes);
            source.hostBytes.position(chosen[i] * bytes);
            Pointer.memcpy(hostBytes, source.hostBytes, bytes);
        }
    }

    /** Makes this matrix the rows of another one that start at {@code from}. */
    void copyRows(DeviceMemory source, long from) {
        if (host == null) {
            array.assign(
                    source.array.get(NDArrayIndex.interval(from, from + rows), NDArrayIndex.all()));
            return;
        }
        hostBytes.position(0);
        source.hostBytes.position(from * columns * Float.BYTES);
        Pointer.memcpy(hostBytes, source.hostBytes, rows * columns * Float.BYTES);
    }

    @Override
    public void close() {
        array.close();
    }

    private INDArray slice(long at, long count) {
        return array.reshape('c', new long[] {array.length()})
                .get(NDArrayIndex.interval(at, at + count));
    }
}
