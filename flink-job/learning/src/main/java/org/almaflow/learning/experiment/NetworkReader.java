package org.almaflow.learning.experiment;

import java.util.List;
import java.util.function.Function;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.network.VggSpec;

/** Reads a {@code network} section. */
final class NetworkReader {
    private static final int MOST_CHANNELS = 4096;

    private NetworkReader() {}

    static NetworkTemplate read(Section network) {
        if (network.choice("type", List.of("mlp", "vgg"), Function.identity()).equals("vgg")) {
            network.only("type", "channels", "convolutions");
            int channels = (int) network.wholeNumber("channels", 1, MOST_CHANNELS);
            return new NetworkTemplate.Vgg(channels, convolutions(network));
        }
        network.only("type", "hidden");
        return new NetworkTemplate.Mlp(network.wholeNumbers("hidden", 1));
    }

    private static List<Integer> convolutions(Section network) {
        if (!network.has("convolutions")) {
            return VggSpec.VGG19;
        }
        List<Integer> blocks = network.wholeNumbers("convolutions", 1);
        if (blocks.isEmpty()) {
            throw network.wrong("convolutions", "a whole number from 1 for each block");
        }
        return blocks;
    }
}
