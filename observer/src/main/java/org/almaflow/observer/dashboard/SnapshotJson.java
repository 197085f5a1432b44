package org.almaflow.observer.dashboard;

import static org.almaflow.observer.dashboard.BoardJson.finite;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.almaflow.schemas.ChunkLineage;

/** Writes snapshots and what they were trained on. */
final class SnapshotJson {
    private SnapshotJson() {}

    /** The history of one learner, with every file of it. */
    static byte[] history(LearnerBoard learner) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        try (JsonGenerator out = BoardJson.JSON.createGenerator(bytes)) {
            out.writeStartArray();
            for (Snapshot snapshot : learner.snapshots()) {
                write(out, snapshot, true);
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /**
     * One of them.
     *
     * @param files with the file of each chunk
     */
    static void write(JsonGenerator out, Snapshot snapshot, boolean files) throws IOException {
        out.writeStartObject();
        out.writeNumberField("version", snapshot.version());
        out.writeNumberField("session", snapshot.session());
        out.writeNumberField("at", snapshot.at().toEpochMilli());
        finite(out, "accuracy", snapshot.validationAccuracy());
        out.writeNumberField("parameters", snapshot.parameters());
        out.writeNumberField(
                "bytes", snapshot.files().stream().mapToLong(Snapshot.File::bytes).sum());
        out.writeArrayFieldStart("files");
        for (Snapshot.File file : snapshot.files()) {
            out.writeStartObject();
            out.writeNumberField("member", file.member());
            out.writeStringField("path", file.path());
            out.writeStringField("sha256", file.sha256());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("lineage");
        for (ChunkLineage chunk : snapshot.lineage()) {
            lineage(out, chunk, files);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void lineage(JsonGenerator out, ChunkLineage chunk, boolean files)
            throws IOException {
        out.writeStartObject();
        out.writeNumberField("chunk", chunk.getChunk());
        out.writeNumberField("examples", chunk.getExamples());
        out.writeNumberField("partition", chunk.getPartition());
        out.writeNumberField("firstOffset", chunk.getFirstOffset());
        out.writeNumberField("lastOffset", chunk.getLastOffset());
        out.writeNumberField("missing", chunk.getMissingSlices());
        if (files) {
            out.writeStringField("path", chunk.getPath());
            out.writeStringField("sha256", chunk.getSha256());
        }
        out.writeEndObject();
    }
}
