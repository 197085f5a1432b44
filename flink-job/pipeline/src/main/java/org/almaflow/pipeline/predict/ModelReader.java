package org.almaflow.pipeline.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.export.ExportException;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.pipeline.store.ModelFiles;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.SnapshotEvent;

/** Reads the models of a snapshot. */
@FunctionalInterface
public interface ModelReader {
    /**
     * All members of a snapshot, in their order.
     *
     * @throws IOException when a file is not there, or not what the snapshot says
     */
    Predictor read(SnapshotEvent snapshot) throws IOException;

    /** From the files that the snapshot names, each checked against its SHA-256. */
    static Predictor fromStore(SnapshotEvent snapshot) throws IOException {
        List<Safetensors.Model> models = new ArrayList<>();
        for (ModelFile file : snapshot.getMembers()) {
            models.add(model(file));
        }
        try {
            return new Predictor(models, averaging(snapshot));
        } catch (ExportException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Safetensors.Model model(ModelFile file) throws IOException {
        byte[] bytes = ModelFiles.read(file.getPath(), file.getSha256());
        try {
            return Safetensors.read(bytes);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "model file %s is damaged: %s".formatted(file.getPath(), e.getMessage()), e);
        }
    }

    /** What the members average; before snapshots said so, by the family's default. */
    static Averaging averaging(SnapshotEvent snapshot) {
        if (snapshot.getAveraging() != null) {
            return Averaging.valueOf(snapshot.getAveraging());
        }
        return snapshot.getFamily().equals("Ens") ? Averaging.PROBABILITIES : Averaging.LOGITS;
    }
}
