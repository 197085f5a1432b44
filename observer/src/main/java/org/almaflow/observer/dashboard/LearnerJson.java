package org.almaflow.observer.dashboard;

import static org.almaflow.observer.dashboard.BoardJson.finite;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;

/** Writes what is newer of a learner than a version, or all of one that began after it. */
final class LearnerJson {
    private final JsonGenerator out;
    private final CurveJson curves;
    private final long since;

    LearnerJson(JsonGenerator out, long since) {
        this.out = out;
        this.curves = new CurveJson(out);
        this.since = since;
    }

    /**
     * One of a run.
     *
     * @param place its number in the run, which the page knows it by
     */
    void write(LearnerBoard learner, int place) throws IOException {
        boolean anew = learner.introduced() > since || learner.restarted() > since;
        out.writeStartObject();
        out.writeNumberField("place", place);
        if (anew) {
            out.writeStringField("id", learner.id());
        }
        Curve curve = learner.curve();
        curves.write(curve, anew ? 0 : curve.after(since));
        if (learner.evaluation().isPresent()) {
            totals(learner, learner.evaluation().get());
        }
        sessions(learner);
        if (learner.decision().isPresent()) {
            decision(learner.decision().get());
        }
        if ((anew || learner.snapshotChanged() > since) && learner.snapshot().isPresent()) {
            out.writeFieldName("snapshot");
            SnapshotJson.write(out, learner.snapshot().get(), false);
            out.writeNumberField("snapshots", learner.snapshotCount());
        }
        out.writeEndObject();
    }

    private void totals(LearnerBoard learner, EvaluationEvent newest) throws IOException {
        out.writeObjectFieldStart("totals");
        out.writeStringField("family", newest.getFamily());
        out.writeStringField("waiting", newest.getWaiting());
        out.writeNumberField("seed", newest.getSeed());
        out.writeStringField("measure", newest.getMeasure().name());
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
        finite(out, "typicalMillis", learner.typicalMillis());
    }

    private void session(SessionEvent event, Instant opened) throws IOException {
        out.writeStartObject();
        out.writeNumberField("member", event.getMember());
        out.writeNumberField("session", event.getSession());
        out.writeNumberField("arrival", event.getArrival());
        out.writeNumberField("epoch", event.getEpoch());
        out.writeNumberField("maxEpochs", event.getMaxEpochs());
        finite(out, "loss", event.getTrainLoss());
        finite(out, "accuracy", event.getValidationAccuracy());
        finite(out, "best", event.getBestValidationAccuracy());
        out.writeNumberField("examples", event.getTrainExamples());
        out.writeNumberField("queuedSeconds", event.getQueuedSeconds());
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
            finite(out, figure.getKey(), figure.getValue());
        }
        out.writeEndObject();
        out.writeEndObject();
    }
}
