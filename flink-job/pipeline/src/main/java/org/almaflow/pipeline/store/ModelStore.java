package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import org.almaflow.learning.member.ModelWriter;
import org.apache.flink.core.fs.Path;

/**
 * Model files of a run: {@code ROOT/models/RUN/LEARNER/member-MEMBER-SHA256.safetensors}; never
 * changed. No two runs share one, so that a run's retention concerns no other.
 */
public final class ModelStore implements ModelWriter {
    private final Path models;

    public ModelStore(URI root, String run) {
        models = new Path(new Path(root), "models/" + run);
    }

    @Override
    public ModelRef store(String learner, int member, byte[] safetensors) throws IOException {
        String sha256 = StoreFiles.hex(StoreFiles.sha256().digest(safetensors));
        String name =
                "%s/member-%d-%s.safetensors"
                        .formatted(StoreFiles.element(learner), member, sha256);
        Path target = new Path(models, name);
        StoreFiles.store(target, safetensors);
        return new ModelRef(target.toUri().toString(), sha256, safetensors.length);
    }
}
