package org.almaflow.pipeline.restore;

import java.util.Set;
import java.util.TreeSet;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.pipeline.member.MemberImage;
import org.almaflow.pipeline.member.MemberImageSerializer;

/** Which files of the ModelStore a checkpoint needs. */
public final class CheckpointFiles {
    private CheckpointFiles() {}

    /**
     * URIs of all model and state files that the members in a savepoint or checkpoint refer to.
     *
     * @throws SavepointException when there is no savepoint at {@code path}
     */
    public static Set<String> of(String path) {
        Savepoint savepoint = Savepoint.open(path);
        Set<String> files = new TreeSet<>();
        for (String uid : savepoint.uids()) {
            for (MemberImage image :
                    savepoint.elements(
                            uid,
                            MemberImageSerializer.STATE,
                            MemberImageSerializer.INSTANCE::deserialize)) {
                image.snapshot().files().stream().map(ModelRef::path).forEach(files::add);
            }
        }
        return files;
    }
}
