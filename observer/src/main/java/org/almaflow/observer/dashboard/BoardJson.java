package org.almaflow.observer.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.almaflow.schemas.ChunkLineage;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;

/**
 * Writes one message to a page: what is newer than a version, or a run as a whole. Times are ms of
 * the epoch; curves are columns; what is not a finite number is null. {@code stream.js} reads it.
 */
final class BoardJson {
    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    private final JsonGenerator out;
    private final long from;

    /** A piece of writing. */
    private interface Writing {
        void write() throws IOException;
    }

    /**
     * Begins a message.
     *
     * @param now time of the server, for ages
     * @param from version after which things are news
     */
    BoardJson(Instant now, long from) {
        this.from = from;
        out = generator();
        unchecked(
                () -> {
                    out.writeStartObject();
                    out.writeNumberField("now", now.toEpochMilli());
                });
    }

    private JsonGenerator generator() {
        try {
            return JSON.createGenerator(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unchecked(Writing writing) {
        try {
            writing.write();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /** Ends the message. */
    byte[] bytes() {
        unchecked(out::close);
        return bytes.toByteArray();
    }

    /** How it stands with Kafka; null: as before. */
    void status(FeedStatus status) {
        if (status == null) {
            return;
        }
        unchecked(
                () -> {
                    out.writeObjectFieldStart("status");
                    out.writeStringField("state", status.state().name().toLowerCase(Locale.ROOT));
                    out.writeStringField("message", status.message());
                    out.writeNumberField("since", status.since().toEpochMilli());
                    out.writeEndObject();
                });
    }

    /**
     * The runs there are.
     *
     * @param runs null: as before
     * @param skipped records of the topics that are no events
     */
    void runs(List<RunBoard> runs, long skipped, String skippedLast) {
        if (runs == null) {
            return;
        }
        unchecked(
                () -> {
                    out.writeArrayFieldStart("runs");
                    for (RunBoard run : runs) {
                        out.writeStartObject();
                        out.writeStringField("id", run.id());
                        out.writeStringField("experiment", run.experiment());
                        out.writeStringField("stream", run.stream());
                        out.writeNumberField("startedAt", run.startedAt().toEpochMilli());
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeNumberField("skipped", skipped);
                    out.writeStringField("skippedLast", skippedLast);
                });
    }

    /**
     * The run that is shown.
     *
     * @param run null: there is none
     * @param whole all of it instead of what is new
     * @param letters of its stream; null: none
     */
    void run(RunBoard run, boolean whole, Letters letters) {
        unchecked(
                () -> {
                    if (run == null) {
                        out.writeNullField("run");
                        return;
                    }
                    long since = whole ? 0 : from;
                    out.writeBooleanField("whole", whole);
                    head(run);
                    out.writeArrayFieldStart("learners");
                    int place = 0;
                    for (LearnerBoard learner : run.learners()) {
                        if (learner.changed() > since) {
                            learner(learner, place, since);
                        }
                        place++;
                    }
                    out.writeEndArray();
                    if (letters != null && letters.changed() > since) {
                        letters(letters);
                    }
                });
    }

    private void head(RunBoard run) throws IOException {
        out.writeObjectFieldStart("run");
        out.writeStringField("id", run.id());
        out.writeStringField("experiment", run.experiment());
        out.writeStringField("stream", run.stream());
        out.writeNumberField("chunks", run.chunks());
        out.writeNumberField("arrival", run.newestArrival());
        out.writeNumberField("startedAt", run.startedAt().toEpochMilli());
        out.writeNumberField("newestAt", run.newestAt().toEpochMilli());
        out.writeNumberField("stride", run.stride());
        out.writeBooleanField("complete", run.complete());
        out.writeEndObject();
    }

    private void learner(LearnerBoard learner, int place, long since) throws IOException {
        boolean anew = learner.introduced() > since || learner.restarted() > since;
        out.writeStartObject();
        out.writeNumberField("place", place);
        if (anew) {
            out.writeStringField("id", learner.id());
        }
        Curve curve = learner.curve();
        rows(curve, anew ? 0 : curve.after(since));
        if (learner.evaluation().isPresent()) {
            totals(learner, learner.evaluation().get());
        }
        sessions(learner);
        if (learner.decision().isPresent()) {
            decision(learner.decision().get());
        }
        if ((anew || learner.snapshotChanged() > since) && learner.snapshot().isPresent()) {
            out.writeFieldName("snapshot");
            snapshot(out, learner.snapshot().get(), false);
            out.writeNumberField("snapshots", learner.snapshotCount());
        }
        out.writeEndObject();
    }

    private void rows(Curve curve, int first) throws IOException {
        if (first == curve.size()) {
            return;
        }
        out.writeObjectFieldStart("rows");
        longs(curve, first, "arrival", Curve.Row::arrival);
        floats(curve, first, "error", Curve.Row::error);
        floats(curve, first, "loss", Curve.Row::loss);
        floats(curve, first, "cer", Curve.Row::cer);
        longs(curve, first, "macs", Curve.Row::totalMacs);
        longs(curve, first, "snapshot", Curve.Row::snapshot);
        longs(curve, first, "lag", Curve.Row::lagMillis);
        out.writeEndObject();
    }

    private void longs(Curve curve, int first, String name, ToLongFunction<Curve.Row> column)
            throws IOException {
        out.writeArrayFieldStart(name);
        for (int i = first; i < curve.size(); i++) {
            out.writeNumber(column.applyAsLong(curve.row(i)));
        }
        out.writeEndArray();
    }

    /** A column of float values. */
    private interface FloatColumn {
        float of(Curve.Row row);
    }

    private void floats(Curve curve, int first, String name, FloatColumn column)
            throws IOException {
        out.writeArrayFieldStart(name);
        for (int i = first; i < curve.size(); i++) {
            float value = column.of(curve.row(i));
            if (Float.isFinite(value)) {
                out.writeNumber(value);
            } else {
                out.writeNull();
            }
        }
        out.writeEndArray();
    }

    private void totals(LearnerBoard learner, EvaluationEvent newest) throws IOException {
        out.writeObjectFieldStart("totals");
        out.writeStringField("family", newest.getFamily());
        out.writeStringField("waiting", newest.getWaiting());
        out.writeNumberField("seed", newest.getSeed());
        out.writeNumberField("parameters", newest.getParameters());
        out.writeNumberField("sessions", newest.getSessions());
        out.writeNumberField("epochs", newest.getEpochs());
        out.writeNumberField("trainSeconds", newest.getTrainSeconds());
        out.writeNumberField("macs", newest.getTotalMacs() + uncounted(learner, newest));
        out.writeEndObject();
    }

    /** Of the session that no evaluation counts yet. */
    private static long uncounted(LearnerBoard learner, EvaluationEvent newest) {
        return learner.members().stream()
                .filter(event -> event.getSession() > newest.getSessions())
                .mapToLong(SessionEvent::getTotalMacs)
                .sum();
    }

    private void sessions(LearnerBoard learner) throws IOException {
        out.writeArrayFieldStart("training");
        for (SessionEvent event : learner.members()) {
            if (event.getPhase() != SessionPhase.CLOSED) {
                session(event, learner.opened(event.getMember()));
            }
        }
        out.writeEndArray();
        out.writeNumberField("typicalEpochs", learner.typicalEpochs());
    }

    private void session(SessionEvent event, Instant opened) throws IOException {
        out.writeStartObject();
        out.writeNumberField("member", event.getMember());
        out.writeNumberField("session", event.getSession());
        out.writeNumberField("arrival", event.getArrival());
        out.writeNumberField("epoch", event.getEpoch());
        out.writeNumberField("maxEpochs", event.getMaxEpochs());
        number("loss", event.getTrainLoss());
        number("accuracy", event.getValidationAccuracy());
        number("best", event.getBestValidationAccuracy());
        out.writeNumberField("examples", event.getTrainExamples());
        out.writeNumberField("openedAt", opened.toEpochMilli());
        out.writeNumberField("at", event.getAt().toEpochMilli());
        out.writeEndObject();
    }

    private void decision(DecisionEvent event) throws IOException {
        out.writeObjectFieldStart("decision");
        out.writeStringField("waiting", event.getWaiting());
        out.writeNumberField("arrival", event.getArrival());
        out.writeBooleanField("timer", event.getTimer());
        out.writeBooleanField("train", event.getTrain());
        out.writeStringField("reason", event.getReason());
        out.writeNumberField("chunks", event.getBufferedChunks());
        out.writeNumberField("examples", event.getBufferedExamples());
        out.writeNumberField("at", event.getAt().toEpochMilli());
        out.writeObjectFieldStart("figures");
        for (var figure : event.getFigures().entrySet()) {
            number(figure.getKey(), figure.getValue());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void number(String name, double value) throws IOException {
        number(out, name, value);
    }

    private static void number(JsonGenerator out, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumberField(name, value);
        } else {
            out.writeNullField(name);
        }
    }

    private void letters(Letters letters) throws IOException {
        out.writeObjectFieldStart("letters");
        out.writeNumberField("total", letters.total());
        out.writeObjectFieldStart("reasons");
        for (var reason : letters.reasons().entrySet()) {
            out.writeNumberField(reason.getKey().name(), reason.getValue());
        }
        out.writeEndObject();
        out.writeArrayFieldStart("newest");
        for (DeadLetter letter : letters.newest()) {
            letter(letter);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void letter(DeadLetter letter) throws IOException {
        out.writeStartObject();
        out.writeStringField("reason", letter.getReason().name());
        out.writeStringField("detail", letter.getDetail());
        out.writeStringField("topic", letter.getTopic());
        out.writeNumberField("partition", letter.getPartition());
        out.writeNumberField("offset", letter.getOffset());
        out.writeNumberField("chunk", letter.getChunk());
        out.writeNumberField("at", letter.getAt().toEpochMilli());
        out.writeEndObject();
    }

    /** The history of one learner, with every file of it. */
    static byte[] snapshots(LearnerBoard learner) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartArray();
            for (Snapshot snapshot : learner.snapshots()) {
                snapshot(out, snapshot, true);
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void snapshot(JsonGenerator out, Snapshot snapshot, boolean files)
            throws IOException {
        out.writeStartObject();
        out.writeNumberField("version", snapshot.version());
        out.writeNumberField("session", snapshot.session());
        out.writeNumberField("at", snapshot.at().toEpochMilli());
        number(out, "accuracy", snapshot.validationAccuracy());
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
