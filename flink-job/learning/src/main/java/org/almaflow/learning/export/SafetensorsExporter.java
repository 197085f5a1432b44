package org.almaflow.learning.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.almaflow.learning.network.Safetensors;

/** Writes one model as the project's own model file. */
public final class SafetensorsExporter implements ModelExporter {
    @Override
    public String format() {
        return "safetensors";
    }

    @Override
    public List<Predictor> files(Predictor predictor) {
        return predictor.models().stream()
                .map(model -> new Predictor(List.of(model), predictor.averaging()))
                .toList();
    }

    @Override
    public String export(Predictor predictor, OutputStream out) throws IOException {
        int models = predictor.models().size();
        if (models > 1) {
            throw new ExportException(
                    "a safetensors file holds one model, not %d".formatted(models));
        }
        out.write(Safetensors.write(predictor.models().get(0)));
        return "read with any safetensors library";
    }
}
