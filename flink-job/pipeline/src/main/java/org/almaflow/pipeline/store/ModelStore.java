package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import org.almaflow.learning.member.ModelFiles;
import org.apache.flink.core.fs.Path;

/**
 * /** Model files of a run: {@code ROOT/models/RUN/LEARNER/member-MEMBER-SHA256.safetensors}; and
 * beside them {@code state-MEMBER-SHA256}, to which only checkpoints refer. Never changed. No two
 * runs share one, so that a run's retention concerns no other.
 */
public final class ModelStore implements ModelFiles {
    private final Path models;

    public ModelStore(URI root, String run) {
        models = new Path(new Path(root), "models/" + run);
    }

    @Override
    public ModelRef store(String learner, int member, byte[] safetensors) throws IOException {
        return put("%s/member-%d-%s.safetensors", learner, member, safetensors);
    }

    @Override
    public ModelRef keep(String learner, int member, byte[] bytes) throws IOException {
        return put("%s/state-%d-%s", learner, member, bytes);
    }

    private ModelRef put(String name, String learner, int member, byte[] bytes) throws IOException {
        String sha256 = StoreFiles.hex(StoreFiles.sha256().digest(bytes));
        Path target = new Path(models, name.formatted(StoreFiles.element(learner), member, sha256));
        Abandonable.call(
                () -> {
                    StoreFiles.store(target, bytes);
                    return target;
                });
        return new ModelRef(target.toUri().toString(), sha256, bytes.length);
    }

    @Override
    public byte[] read(ModelRef ref) throws IOException {
        return StoreFiles.readVerified(
                "model file",
                ref.path(),
                ref.sha256(),
                "restore the file, or start the learner anew with --restart-learner");
    }
}
