package org.almaflow.observer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;

/** Events of a small run: 3 arrivals, the chunks come 10 s apart, each predictor 2 s later. */
public final class TestingEvents {
    public static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private TestingEvents() {}

    public static EvaluationEvent.Builder evaluation(String learner, long arrival, double error) {
        return EvaluationEvent.newBuilder()
                .setRun("run-1")
                .setExperiment("small")
                .setStream("toy")
                .setLearner(learner)
                .setFamily("SM")
                .setWaiting("chunks: 1")
                .setSeed(7)
                .setSettings(Map.of("family", "SM", "wait", "chunks: 1", "seed", "7"))
                .setArrival(arrival)
                .setChunks(3)
                .setTrained(arrival > 0)
                .setSnapshotVersion(arrival)
                .setError(error)
                .setLoss(2 * error)
                .setHoldoutExamples(1000)
                .setCumulativeError(0)
                .setParameters(100)
                .setCumulativeParameters(100 * arrival)
                .setTrainForwardMacs(1_000_000 * arrival)
                .setTotalMacs(3_000_000 * arrival)
                .setSessions(arrival)
                .setEpochs(4 * arrival)
                .setExamplesTrained(720 * arrival)
                .setTrainSeconds(0.5 * arrival)
                .setArrivedAt(START.plusSeconds(10 * arrival))
                .setAvailableAt(START.plusSeconds(10 * arrival + 2));
    }

    public static SessionEvent.Builder session(
            String learner, long session, SessionPhase phase, int epoch) {
        return SessionEvent.newBuilder()
                .setRun("run-1")
                .setExperiment("small")
                .setStream("toy")
                .setLearner(learner)
                .setMember(0)
                .setSession(session)
                .setArrival(session)
                .setPhase(phase)
                .setReason(phase == SessionPhase.EPOCH ? "" : "because")
                .setChunks(List.of(session))
                .setTrainExamples(180)
                .setValidationExamples(20)
                .setEpoch(epoch)
                .setMaxEpochs(20)
                .setTrainLoss(epoch == 0 ? Double.NaN : 0.5 / epoch)
                .setValidationLoss(epoch == 0 ? Double.NaN : 0.6 / epoch)
                .setValidationAccuracy(epoch == 0 ? Double.NaN : 0.95)
                .setBestValidationAccuracy(epoch == 0 ? Double.NaN : 0.96)
                .setExamplesTrained(180L * epoch)
                .setTrainForwardMacs(250_000L * epoch)
                .setTotalMacs(800_000L * epoch)
                .setSeconds(0.125 * epoch)
                .setPeakMemoryBytes(epoch == 0 ? 0 : 3L << 20)
                .setAt(START.plusSeconds(10 * session + 1));
    }

    public static DecisionEvent.Builder decision(String learner, long index, boolean train) {
        return DecisionEvent.newBuilder()
                .setRun("run-1")
                .setExperiment("small")
                .setStream("toy")
                .setLearner(learner)
                .setWaiting("error-driven: {margin: 0.02}")
                .setDecision(index)
                .setArrival(index)
                .setChunks(3)
                .setTimer(false)
                .setTrain(train)
                .setReason("because")
                .setBufferedChunks(index)
                .setBufferedExamples(1200 * index)
                .setSessions(train ? 1 : 0)
                .setFigures(Map.of("error", 0.03125, "allowed", 5400d))
                .setAt(START.plusSeconds(10 * index));
    }

    public static DeadLetter.Builder deadLetter(long offset) {
        return DeadLetter.newBuilder()
                .setStream("toy")
                .setReason(DeadLetterReason.CORRUPT)
                .setDetail("its check sum is wrong")
                .setTopic("alma.chunks")
                .setPartition(0)
                .setOffset(offset)
                .setChunk(2)
                .setPayload(ByteBuffer.wrap("raw".getBytes(StandardCharsets.UTF_8)))
                .setAt(START);
    }

    /** A whole run of one learner with errors 0.9 (untrained), 0.5, 0.25, 0.125. */
    static RunLedger wholeRun() {
        RunLedger ledger = new RunLedger("run-1", "toy", List.of("a"));
        double[] errors = {0.9, 0.5, 0.25, 0.125};
        for (int t = 0; t < errors.length; t++) {
            ledger.add(evaluation("a", t, errors[t]).build());
        }
        for (long session = 1; session <= 3; session++) {
            ledger.add(session("a", session, SessionPhase.OPENED, 0).build());
            ledger.add(session("a", session, SessionPhase.EPOCH, 1).build());
            ledger.add(session("a", session, SessionPhase.CLOSED, 4).build());
        }
        return ledger;
    }
}
