package org.almaflow.observer.dashboard;

import java.time.Instant;
import java.util.List;
import org.almaflow.schemas.ChunkLineage;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.SnapshotEvent;

/** What the page shows of a snapshot; without the network, which its files say too. */
record Snapshot(
        long version,
        long session,
        Instant at,
        double validationAccuracy,
        long parameters,
        List<File> files,
        List<ChunkLineage> lineage) {

    /** A member's model file. */
    record File(int member, String path, String sha256, long bytes) {
        static File of(ModelFile file) {
            return new File(file.getMember(), file.getPath(), file.getSha256(), file.getBytes());
        }
    }

    static Snapshot of(SnapshotEvent event) {
        return new Snapshot(
                event.getVersion(),
                event.getSession(),
                event.getAt(),
                event.getValidationAccuracy(),
                event.getParameters(),
                event.getMembers().stream().map(File::of).toList(),
                List.copyOf(event.getLineage()));
    }
}
