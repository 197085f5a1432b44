package org.almaflow.learning.waiting;

/** Weighted least squares with normal priors on coefficients, for a handful of them. */
final class NormalEquations {
    private final double[][] matrix;
    private final double[] right;

    NormalEquations(int coefficients) {
        matrix = new double[coefficients][coefficients];
        right = new double[coefficients];
    }

    /** Coefficient {@code index} is {@code mean} ± {@code sd} before any data. */
    void prior(int index, double mean, double sd) {
        matrix[index][index] += 1 / (sd * sd);
        right[index] += mean / (sd * sd);
    }

    /** A point {@code y = x · coefficients}, with the variance of its noise. */
    void add(double[] x, double y, double variance) {
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                matrix[i][j] += x[i] * x[j] / variance;
            }
            right[i] += x[i] * y / variance;
        }
    }

    /** The coefficients, by Gaussian elimination: the matrix is positive definite. */
    double[] solve() {
        int n = right.length;
        for (int pivot = 0; pivot < n; pivot++) {
            for (int row = pivot + 1; row < n; row++) {
                double factor = matrix[row][pivot] / matrix[pivot][pivot];
                for (int column = pivot; column < n; column++) {
                    matrix[row][column] -= factor * matrix[pivot][column];
                }
                right[row] -= factor * right[pivot];
            }
        }
        double[] solution = new double[n];
        for (int row = n - 1; row >= 0; row--) {
            double sum = right[row];
            for (int column = row + 1; column < n; column++) {
                sum -= matrix[row][column] * solution[column];
            }
            solution[row] = sum / matrix[row][row];
        }
        return solution;
    }
}
