package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import org.almaflow.learning.member.ModelFiles;
import org.apache.flink.core.fs.Path;

/** Model files: {@code ROOT/models/LEARNER/member-MEMBER-SHA256.safetensors}; never changed. */
public final class ModelStore implements ModelFiles {
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

    @Override
    public byte[] read(ModelRef model) throws IOException {
        byte[] file = StoreFiles.read(new Path(URI.create(model.path())));
        String found = StoreFiles.hex(StoreFiles.sha256().digest(file));
        if (!found.equals(model.sha256())) {
            throw new IOException(
                    "model file %s has SHA-256 %s and should have %s; restore the file"
                            .formatted(model.path(), found, model.sha256()));
        }
        return file;
    }
}
