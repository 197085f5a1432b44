package org.almaflow.observer.dashboard;

import java.util.Arrays;
import org.almaflow.schemas.EvaluationEvent;

/**
 * Evaluations of one learner as columns, in order of arrival. Of long streams only arrivals that
 * are multiples of a stride stay, and the newest; {@code stream.js} thins by the same rule, so a
 * page that watched all along shows the same as one that comes late. Guarded by its {@link Board}.
 */
final class Curve {
    private int size;
    private long[] versions = new long[64];
    private long[] arrivals = new long[64];
    private float[] errors = new float[64];
    private float[] losses = new float[64];
    private float[] cers = new float[64];
    private long[] macs = new long[64];
    private long[] snapshots = new long[64];
    private long[] lags = new long[64];

    /** One kept evaluation; the lag is the time from the arrival to its predictor, in ms. */
    record Row(
            long arrival,
            float error,
            float loss,
            float cer,
            long totalMacs,
            long snapshot,
            long lagMillis) {}

    /**
     * Takes the evaluation of the next arrival; those of earlier ones are known already.
     *
     * @return whether it was new
     */
    boolean add(EvaluationEvent event, long version, long stride) {
        if (event.getArrival() <= newest()) {
            return false;
        }
        if (size > 0 && arrivals[size - 1] % stride != 0) {
            size--;
        }
        grow();
        versions[size] = version;
        arrivals[size] = event.getArrival();
        errors[size] = (float) event.getError();
        losses[size] = (float) event.getLoss();
        cers[size] = (float) event.getCumulativeError();
        macs[size] = event.getTotalMacs();
        snapshots[size] = event.getSnapshotVersion();
        lags[size] = event.getAvailableAt().toEpochMilli() - event.getArrivedAt().toEpochMilli();
        size++;
        return true;
    }

    private void grow() {
        if (size < versions.length) {
            return;
        }
        int length = 2 * size;
        versions = Arrays.copyOf(versions, length);
        arrivals = Arrays.copyOf(arrivals, length);
        errors = Arrays.copyOf(errors, length);
        losses = Arrays.copyOf(losses, length);
        cers = Arrays.copyOf(cers, length);
        macs = Arrays.copyOf(macs, length);
        snapshots = Arrays.copyOf(snapshots, length);
        lags = Arrays.copyOf(lags, length);
    }

    /** Drops what is neither a multiple of the stride nor the newest. */
    void thin(long stride) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (arrivals[i] % stride == 0 || i == size - 1) {
                move(i, kept++);
            }
        }
        size = kept;
    }

    private void move(int from, int to) {
        versions[to] = versions[from];
        arrivals[to] = arrivals[from];
        errors[to] = errors[from];
        losses[to] = losses[from];
        cers[to] = cers[from];
        macs[to] = macs[from];
        snapshots[to] = snapshots[from];
        lags[to] = lags[from];
    }

    /** Forgets everything: the learner begins again. */
    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** The newest arrival; -1 when there is none. */
    long newest() {
        return size == 0 ? -1 : arrivals[size - 1];
    }

    /** Index of the first row that came after that version. */
    int after(long version) {
        int found = Arrays.binarySearch(versions, 0, size, version);
        return found < 0 ? -found - 1 : found + 1;
    }

    Row row(int index) {
        return new Row(
                arrivals[index],
                errors[index],
                losses[index],
                cers[index],
                macs[index],
                snapshots[index],
                lags[index]);
    }
}
