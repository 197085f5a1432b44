package org.almaflow.engine.dl4j.export;

import java.io.IOException;
import java.io.OutputStream;
import org.almaflow.engine.dl4j.Natives;
import org.almaflow.learning.export.ModelExporter;
import org.almaflow.learning.export.Predictor;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Writes a model zip that {@link ModelSerializer} restores. The network takes raw values as floats
 * (pixels 0 to 255), rows or images, and gives class probabilities; normalisation is its first
 * layer. It has no updater.
 */
public final class Dl4jExporter implements ModelExporter {
    @Override
    public String format() {
        return "dl4j";
    }

    @Override
    public String export(Predictor predictor, OutputStream out) throws IOException {
        Natives.load();
        Model network = Translation.of(predictor);
        ModelSerializer.writeModel(network, out, false);
        return "restore with ModelSerializer.restore" + network.getClass().getSimpleName();
    }
}
