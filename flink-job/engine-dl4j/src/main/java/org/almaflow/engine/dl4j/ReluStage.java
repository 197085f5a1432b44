package org.almaflow.engine.dl4j;

/**
 * ReLU of networks side by side; in the output a row of ones follows each network's rows.
 *
 * @param values of one network: its width × n
 */
record ReluStage(int networks, int values, int n) implements Stage {
    @Override
    public void forward(float[] z, float[] a) {
        for (int k = 0; k < networks; k++) {
            Stage.rectify(z, k * values, a, k * (values + n), values);
        }
    }

    @Override
    public void backward(float[] z, float[] a, float[] da, float[] dz) {
        for (int k = 0; k < networks; k++) {
            Stage.unrectify(a, da, k * (values + n), dz, k * values, values);
        }
    }
}
