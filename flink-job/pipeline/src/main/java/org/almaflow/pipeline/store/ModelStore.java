package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import org.almaflow.learning.member.ModelWriter;
import org.apache.flink.core.fs.Path;

/** Model files: {@code ROOT/models/LEARNER/member-MEMBER-SHA256.safetensors}; never changed. */
public final class ModelStore implements ModelWriter {
    private final Path models;

    public ModelStore(URI root) {
        models = new Path(new Path(root), "models");
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
