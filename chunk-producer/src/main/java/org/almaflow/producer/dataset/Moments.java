package org.almaflow.producer.dataset;

import java.util.ArrayList;
import java.util.List;

/**
 * Mean and population standard deviation of each channel or column of a training table. Constants
 * of the feature spec: computed once, over all training files, as those of the known data sets
 * were. A deviation of 0 becomes 1, so that a constant channel is only shifted.
 */
record Moments(List<Float> mean, List<Float> std) {

    /**
     * Of bytes / 255.
     *
     * @param area elements a channel has in one example
     */
    static Moments ofBytes(byte[] features, int channels, int area) {
        long[][] counts = new long[channels][256];
        for (int i = 0; i < features.length; i++) {
            counts[i / area % channels][Byte.toUnsignedInt(features[i])]++;
        }
        Moments moments = new Moments(new ArrayList<>(), new ArrayList<>());
        for (long[] count : counts) {
            moments.addHistogram(count, (double) features.length / channels);
        }
        return moments;
    }

    private void addHistogram(long[] count, double n) {
        double sum = 0;
        for (int value = 0; value < count.length; value++) {
            sum += value / 255.0 * count[value];
        }
        double centre = sum / n;
        double squares = 0;
        for (int value = 0; value < count.length; value++) {
            squares += Math.pow(value / 255.0 - centre, 2) * count[value];
        }
        add(centre, squares / n);
    }

    /** Of the columns of rows that all have the same length; at least one row. */
    static Moments ofRows(List<float[]> rows) {
        double[] centres = new double[rows.get(0).length];
        double[] squares = new double[centres.length];
        for (float[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                centres[column] += (double) row[column] / rows.size();
            }
        }
        for (float[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                double distance = row[column] - centres[column];
                squares[column] += distance * distance / rows.size();
            }
        }
        Moments moments = new Moments(new ArrayList<>(), new ArrayList<>());
        for (int column = 0; column < centres.length; column++) {
            moments.add(centres[column], squares[column]);
        }
        return moments;
    }

    private void add(double centre, double variance) {
        float deviation = (float) Math.sqrt(variance);
        mean.add((float) centre);
        std.add(deviation == 0 ? 1f : deviation);
    }
}
