package org.almaflow.learning.experiment;

import java.util.List;
import java.util.function.Function;
import org.almaflow.learning.network.NetworkTemplate;

/** Reads a {@code network} section. */
final class NetworkReader {
    private NetworkReader() {}

    static NetworkTemplate read(Section network) {
        network.choice("type", List.of("mlp"), Function.identity());
        network.only("type", "hidden");
        return new NetworkTemplate.Mlp(network.wholeNumbers("hidden", 1));
    }
}
