package org.almaflow.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.almaflow.learning.engine.EngineOptions;
import org.junit.jupiter.api.Test;

/** Against the definition in double, for more images than one slice holds. */
class ConvolutionTest {
    private static final Convolution.Shape SHAPE = new Convolution.Shape(40, 32, 31, 3, 16);
    private static final int AT = 5;

    private final SplittableRandom random = new SplittableRandom(1);
    private final float[] x = random(SHAPE.images() * SHAPE.pixels() * SHAPE.in());
    private final float[] w = random(SHAPE.weights());
    private final float[] dy = random(SHAPE.values());

    private float[] random(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    @Test
    void outputsAndGradientsAreThoseOfTheDefinition() {
        new Dl4jEngineProvider().open(EngineOptions.defaults()).close();
        float[] y = new float[dy.length];
        float[] dx = new float[x.length];
        float[] gradient = new float[AT + w.length + 1];
        try (DeviceMemory parameters = DeviceMemory.zeros(1, AT + w.length);
                Workspace workspace = new Workspace(parameters, parameters, new float[0])) {
            parameters.write(AT, w, w.length);
            Convolution.Operands operands =
                    new Convolution.Operands(
                            memory(workspace, x),
                            memory(workspace, y),
                            memory(workspace, dy),
                            memory(workspace, dx));
            Convolution convolution = new Convolution(SHAPE, operands, AT, workspace);
            convolution.forward();
            convolution.backward(gradient);
            operands.y().read(y, y.length);
            operands.dx().read(dx, dx.length);
        }

        double[] expectedY = new double[y.length];
        double[] expectedDx = new double[x.length];
        double[] expectedDw = new double[w.length];
        define(expectedY, expectedDx, expectedDw);
        assertClose(y, 0, expectedY, 1e-4);
        assertClose(dx, 0, expectedDx, 1e-4);
        assertClose(gradient, AT, expectedDw, 2e-3);
        assertThat(gradient[0]).isZero();
        assertThat(gradient[AT + w.length]).isZero();
    }

    private static DeviceMemory memory(Workspace workspace, float[] values) {
        DeviceMemory memory = workspace.memory(1, values.length);
        memory.write(0, values, values.length);
        return memory;
    }

    private void define(double[] y, double[] dx, double[] dw) {
        int h = SHAPE.height();
        int width = SHAPE.width();
        for (int to = 0; to < y.length; to++) {
            int o = to % SHAPE.out();
            int pixel = to / SHAPE.out();
            for (int k = 0; k < 9 * SHAPE.in(); k++) {
                int row = pixel / width % h + k % 9 / 3 - 1;
                int column = pixel % width + k % 3 - 1;
                if (row < 0 || row >= h || column < 0 || column >= width) {
                    continue;
                }
                int from = pixel / SHAPE.pixels() * SHAPE.pixels() + row * width + column;
                int i = from * SHAPE.in() + k / 9;
                int weight = o * 9 * SHAPE.in() + k;
                y[to] += (double) w[weight] * x[i];
                dx[i] += (double) w[weight] * dy[to];
                dw[weight] += (double) x[i] * dy[to];
            }
        }
    }

    private static void assertClose(float[] actual, int at, double[] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            if (Math.abs(actual[at + i] - expected[i]) > tolerance) {
                assertThat((double) actual[at + i])
                        .as("element %d", i)
                        .isCloseTo(expected[i], within(tolerance));
            }
        }
    }
}
