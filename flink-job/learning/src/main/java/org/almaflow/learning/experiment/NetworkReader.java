package org.almaflow.learning.experiment;

import java.util.List;
import java.util.function.Function;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.network.VggSpec;

/** Reads a {@code network} section. */
final class NetworkReader {
    private static final int MOST_CHANNELS = 4096;
    private static final int MOST_LAYERS = 100;

    private NetworkReader() {}

    static NetworkTemplate read(Section network) {
        List<String> types = List.of("mlp", "vgg", "transformer");
        return switch (network.choice("type", types, Function.identity())) {
            case "vgg" -> {
                network.only("type", "channels", "convolutions");
                int channels = (int) network.wholeNumber("channels", 1, MOST_CHANNELS);
                yield new NetworkTemplate.Vgg(channels, convolutions(network));
            }
            case "transformer" -> transformer(network);
            default -> {
                network.only("type", "hidden");
                yield new NetworkTemplate.Mlp(network.wholeNumbers("hidden", 1));
            }
        };
    }

    private static NetworkTemplate transformer(Section network) {
        network.only("type", "layers", "width", "heads", "feed_forward", "dropout");
        int width = (int) network.wholeNumber("width", 1, MOST_CHANNELS, 128);
        int heads = (int) network.wholeNumber("heads", 1, width, Math.min(4, width));
        if (width % heads != 0) {
            throw network.wrong("heads", "a number that parts width " + width + " evenly");
        }
        return new NetworkTemplate.Transformer(
                (int) network.wholeNumber("layers", 1, MOST_LAYERS, 4),
                width,
                heads,
                (int) network.wholeNumber("feed_forward", 1, 4 * MOST_CHANNELS, 4L * width),
                network.number("dropout", 0, 0.9, 0));
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
