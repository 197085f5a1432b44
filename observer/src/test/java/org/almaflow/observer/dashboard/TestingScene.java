package org.almaflow.observer.dashboard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.almaflow.observer.Metric;
import org.almaflow.observer.Observation;
import org.almaflow.observer.TestingEvents;
import org.almaflow.schemas.ChunkLineage;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.SessionPhase;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Target;
import org.apache.avro.specific.SpecificRecord;

/**
 * A run of made-up learners that looks like a real one: their errors fall when they train, and they
 * wait for 1, 2, 5 or 10 chunks. The same numbers give the same events.
 */
final class TestingScene {
    static final FeatureSpec SPEC =
            FeatureSpec.newBuilder()
                    .setElementType(ElementType.UINT8)
                    .setShape(List.of(1, 2, 2))
                    .setTarget(Target.CLASS_LABEL)
                    .setClasses(3)
                    .build();

    private static final int[] WAITS = {1, 2, 5, 10};
    private static final String[] FAMILIES = {"SM", "Ens", "UMix", "gEns", "gMoE"};

    private final String run;
    private final int learners;
    private final int chunks;
    private final Instant start;
    private final double[] cers;
    private final double[] errors;
    private final Random random = new Random(7);

    TestingScene(String run, int learners, int chunks, Instant start) {
        this.run = run;
        this.learners = learners;
        this.chunks = chunks;
        this.start = start;
        cers = new double[learners];
        errors = new double[learners];
    }

    static String learner(int i) {
        return "%s-w%d-s%d"
                .formatted(
                        FAMILIES[i / WAITS.length % FAMILIES.length].toLowerCase(Locale.ROOT),
                        WAITS[i % WAITS.length],
                        i / (WAITS.length * FAMILIES.length));
    }

    /** Everything that happens at an arrival, at that moment. */
    List<Observation> arrival(long arrival, Instant at) {
        List<Observation> all = new ArrayList<>();
        for (int i = 0; i < learners; i++) {
            int wait = WAITS[i % WAITS.length];
            boolean train = arrival > 0 && arrival % wait == 0;
            if (arrival > 0) {
                all.add(decision(i, arrival, train, at));
            }
            if (train) {
                session(i, arrival / wait, arrival, at).forEach(all::add);
                all.add(snapshot(i, arrival, wait, at));
            }
            all.add(evaluation(i, arrival, train, at));
        }
        return all;
    }

    /** The events of arrivals 0 to the last, as if they had come one a second. */
    List<Observation> arrivals(long first, long last) {
        List<Observation> all = new ArrayList<>();
        for (long arrival = first; arrival <= last; arrival++) {
            all.addAll(arrival(arrival, start.plusSeconds(arrival)));
        }
        return all;
    }

    private Observation evaluation(int i, long arrival, boolean train, Instant at) {
        int wait = WAITS[i % WAITS.length];
        if (arrival == 0) {
            errors[i] = 0.9;
        } else if (train) {
            double floor = 0.02 + 0.0015 * i + 0.01 / wait;
            double seen = arrival * (1 + 0.3 * wait);
            errors[i] =
                    floor
                            + 0.5 / Math.pow(seen, 0.75)
                            + 0.004 * random.nextGaussian() / Math.sqrt((double) arrival);
        }
        errors[i] = Math.round(1e4 * Math.max(0.005, errors[i])) / 1e4;
        cers[i] += arrival == 0 ? 0 : errors[i];
        long sessions = arrival / wait;
        EvaluationEvent event =
                TestingEvents.evaluation(learner(i), arrival, errors[i])
                        .setRun(run)
                        .setExperiment("mnist-policies")
                        .setStream("mnist")
                        .setFamily(FAMILIES[i / WAITS.length % FAMILIES.length])
                        .setWaiting("chunks: " + wait)
                        .setChunks(chunks)
                        .setTrained(train)
                        .setSnapshotVersion(sessions * wait)
                        .setCumulativeError(cers[i])
                        .setParameters(55_050)
                        .setTotalMacs(sessions * 900_000_000L * (1 + i % 3))
                        .setSessions(sessions)
                        .setEpochs(9 * sessions)
                        .setArrivedAt(at)
                        .setAvailableAt(at.plusMillis(80 + 7L * i))
                        .build();
        return seen(Metric.EVALUATIONS, arrival, event);
    }

    private Observation decision(int i, long arrival, boolean train, Instant at) {
        int wait = WAITS[i % WAITS.length];
        long buffered = (arrival - 1) % wait + 1;
        return seen(
                Metric.DECISIONS,
                arrival,
                TestingEvents.decision(learner(i), arrival, train)
                        .setRun(run)
                        .setExperiment("mnist-policies")
                        .setStream("mnist")
                        .setWaiting("chunks: " + wait)
                        .setChunks(chunks)
                        .setReason(
                                train
                                        ? "%d chunks are there".formatted(wait)
                                        : "waits for %d more chunks".formatted(wait - buffered))
                        .setBufferedChunks(buffered)
                        .setBufferedExamples(1200 * buffered)
                        .setFigures(Map.of("chunks", (double) buffered))
                        .setAt(at)
                        .build());
    }

    private List<Observation> session(int i, long session, long arrival, Instant at) {
        List<Observation> all = new ArrayList<>();
        boolean goesOn = arrival == chunks / 2 && i % 3 == 0;
        for (int epoch = 0; epoch <= 8; epoch += 4) {
            SessionPhase phase =
                    epoch == 0
                            ? SessionPhase.OPENED
                            : epoch == 8 && !goesOn ? SessionPhase.CLOSED : SessionPhase.EPOCH;
            all.add(
                    seen(
                            Metric.SESSIONS,
                            arrival,
                            TestingEvents.session(learner(i), session, phase, epoch)
                                    .setRun(run)
                                    .setExperiment("mnist-policies")
                                    .setStream("mnist")
                                    .setArrival(arrival)
                                    .setQueuedSeconds(0.5 * i)
                                    .setAt(at.plusMillis(100L * epoch))
                                    .build()));
        }
        return all;
    }

    private Observation snapshot(int i, long version, int wait, Instant at) {
        List<ChunkLineage> lineage = new ArrayList<>();
        for (long chunk = version - wait + 1; chunk <= version; chunk++) {
            lineage.add(
                    ChunkLineage.newBuilder()
                            .setChunk(chunk)
                            .setExamples(1200)
                            .setPath("chunks/" + chunk)
                            .setSha256("c0ffee" + chunk)
                            .setPartition(2)
                            .setFirstOffset(2 * chunk)
                            .setLastOffset(2 * chunk + 1)
                            .setMissingSlices(0)
                            .build());
        }
        ModelFile file =
                ModelFile.newBuilder()
                        .setMember(0)
                        .setPath("models/%s/%d.safetensors".formatted(learner(i), version))
                        .setSha256("1234567890abcdef" + version)
                        .setBytes(220_840)
                        .setNetwork("{}")
                        .build();
        return seen(
                Metric.SNAPSHOTS,
                version,
                SnapshotEvent.newBuilder()
                        .setRun(run)
                        .setExperiment("mnist-policies")
                        .setStream("mnist")
                        .setLearner(learner(i))
                        .setFamily("SM")
                        .setVersion(version)
                        .setSession(version / wait)
                        .setSpec(SPEC)
                        .setMembers(List.of(file))
                        .setLineage(lineage)
                        .setParameters(55_050)
                        .setValidationAccuracy(1 - errors[i])
                        .setAt(at)
                        .build());
    }

    /** A slice that could not be used. */
    static Observation letter(long offset, Instant at) {
        return seen(
                Metric.DEAD_LETTERS,
                offset,
                TestingEvents.deadLetter(offset)
                        .setStream("mnist")
                        .setReason(
                                offset % 3 == 0
                                        ? DeadLetterReason.UNDECODABLE
                                        : DeadLetterReason.CORRUPT)
                        .setAt(at)
                        .build());
    }

    static Observation seen(Metric metric, long offset, SpecificRecord event) {
        return new Observation.Event(metric, metric.label() + "-0@" + offset, event);
    }
}
