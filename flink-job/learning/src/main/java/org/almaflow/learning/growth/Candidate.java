package org.almaflow.learning.growth;

/**
 * A channel that a convolution may get.
 *
 * <p>Each has a gate in [0, 1]: at 0 the network's function is as before, at 1 the candidate is
 * there with all its weights.
 */
public sealed interface Candidate {
    /** Number of the convolution, from the input on, from 0. */
    int layer();

    /** The same with the gate at {@code gate}, and with statistics of zero. */
    Candidate gated(float gate);

    /**
     * Split of a channel with weights W into two with W + v and W − v, each read with half the
     * weights.
     *
     * @param channel the channel
     * @param direction v [in, 3, 3]
     */
    record Split(int layer, int channel, float[] direction) implements Candidate {
        @Override
        public Split gated(float gate) {
            return new Split(layer, channel, scaled(direction, gate));
        }
    }

    /**
     * A new channel. It starts with a bias of 0 and a normalisation of scale 1 and shift 0.
     *
     * @param incoming its weights [in, 3, 3]
     * @param outgoing the weights it is read with [readers, taps]
     * @param mean its running mean
     * @param variance its running variance
     */
    record New(int layer, float[] incoming, float[] outgoing, float mean, float variance)
            implements Candidate {
        @Override
        public New gated(float gate) {
            return new New(layer, incoming, scaled(outgoing, gate), 0, 0);
        }
    }

    private static float[] scaled(float[] values, float by) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = values[i] * by;
        }
        return scaled;
    }
}
