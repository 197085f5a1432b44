package org.almaflow.learning.experiment;

import java.util.List;
import java.util.function.Function;
import org.almaflow.learning.network.NetworkTemplate;

/** Reads a {@code network} section. */
final class NetworkReader {
    private static final int MOST_CHANNELS = 4096;

    private NetworkReader() {}

    static NetworkTemplate read(Section network) {
        if (network.choice("type", List.of("mlp", "vgg"), Function.identity()).equals("vgg")) {
            network.only("type", "channels");
            return new NetworkTemplate.Vgg((int) network.wholeNumber("channels", 1, MOST_CHANNELS));
        }
        network.only("type", "hidden");
        return new NetworkTemplate.Mlp(network.wholeNumbers("hidden", 1));
    }
}
