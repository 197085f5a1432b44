package org.almaflow.observer.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes one message to a page: what is newer than a version, or a run as a whole. Times are ms of
 * the epoch; curves are columns; what is not a finite number is null. {@code state.js} reads it.
 */
final class BoardJson {
    static final JsonFactory JSON = new JsonFactory();

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
     * @param letters of all streams, by stream
     */
    void run(RunBoard run, boolean whole, Map<String, Letters> letters) {
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
                    LearnerJson json = new LearnerJson(out, since);
                    for (LearnerBoard learner : run.learners()) {
                        if (learner.changed() > since) {
                            json.write(learner, place);
                        }
                        place++;
                    }
                    out.writeEndArray();
                    if (letters.values().stream().anyMatch(some -> some.changed() > since)) {
                        letters(run.stream(), letters);
                    }
                });
    }

    private void letters(String stream, Map<String, Letters> letters) throws IOException {
        Letters own = letters.getOrDefault(stream, new Letters());
        long all = letters.values().stream().mapToLong(Letters::total).sum();
        LettersJson.write(out, own, all - own.total());
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

    /** A number; null where there is none that JSON could say. */
    static void finite(JsonGenerator out, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumberField(name, value);
        } else {
            out.writeNullField(name);
        }
    }
}
