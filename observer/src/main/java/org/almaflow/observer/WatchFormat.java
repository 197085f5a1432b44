package org.almaflow.observer;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.almaflow.schemas.SnapshotEvent;
import org.apache.avro.specific.SpecificRecord;

/**
 * Shows the events of one metric topic as a table for people; {@link JsonLines} is for programs.
 */
public final class WatchFormat {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final ZoneId zone;
    private final Metric metric;
    private final Measure measure;
    private final List<Column> columns;

    private WatchFormat(Metric metric, Measure measure, ZoneId zone) {
        this.zone = zone;
        this.metric = metric;
        this.measure = measure;
        this.columns =
                switch (metric) {
                    case EVALUATIONS -> evaluations();
                    case DECISIONS -> decisions();
                    case SESSIONS -> sessions();
                    case SNAPSHOTS -> snapshots();
                    case DEAD_LETTERS -> deadLetters();
                };
    }

    /**
     * A table whose columns fit an event.
     *
     * @param first a record of this metric's type
     * @param zone whose clock to show times by
     */
    public static WatchFormat of(Metric metric, SpecificRecord first, ZoneId zone) {
        return new WatchFormat(metric, measure(first), zone);
    }

    private static Measure measure(SpecificRecord event) {
        return event instanceof EvaluationEvent evaluation
                ? evaluation.getMeasure()
                : Measure.ERROR;
    }

    /** Whether the header is right for an event: evaluations of text have other columns. */
    public boolean fits(SpecificRecord event) {
        return measure == measure(event);
    }

    /** A negative width aligns to the left; the last column takes what it needs. */
    private record Column(String title, int width, Function<SpecificRecord, String> value) {
        String cell(String text) {
            return String.format(Locale.ROOT, "%" + width + "s", text);
        }
    }

    /** Titles of the columns. */
    public String header() {
        return line(Column::title);
    }

    /**
     * One event.
     *
     * @param event a record of this metric's type
     */
    public String row(SpecificRecord event) {
        if (!metric.type().isInstance(event)) {
            throw new IllegalArgumentException(
                    event.getClass().getSimpleName() + " is no event of " + metric.label());
        }
        return line(column -> column.value().apply(event));
    }

    private String line(Function<Column, String> text) {
        return columns.stream()
                .map(column -> column.cell(text.apply(column)))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }

    private List<Column> evaluations() {
        List<Column> all = new ArrayList<>();
        all.add(evaluation("time", -8, e -> clock(e.getAvailableAt())));
        all.add(evaluation("learner", -12, EvaluationEvent::getLearner));
        all.add(evaluation("arrival", 7, WatchFormat::arrival));
        String name = Measures.name(measure);
        all.add(evaluation(name, Math.max(10, name.length()), Measures::value));
        if (measure == Measure.CROSS_ENTROPY) {
            all.add(evaluation("perplexity", 10, e -> Measures.perplexity(e.getPerplexity())));
        }
        all.add(evaluation(Measures.sum(measure), 7, e -> Figures.decimal(e.getCumulativeError())));
        all.add(evaluation("sessions", 8, e -> Figures.count(e.getSessions())));
        all.add(evaluation("MACs", 7, e -> Figures.count(e.getTotalMacs())));
        all.add(evaluation("lag", 8, e -> Figures.span(lag(e))));
        return all;
    }

    private static Column evaluation(
            String title, int width, Function<EvaluationEvent, String> value) {
        return column(title, width, EvaluationEvent.class, value);
    }

    private List<Column> decisions() {
        return List.of(
                column("time", -8, DecisionEvent.class, e -> clock(e.getAt())),
                column("learner", -12, DecisionEvent.class, DecisionEvent::getLearner),
                column("arrival", 7, DecisionEvent.class, WatchFormat::arrival),
                column("decided", -7, DecisionEvent.class, e -> e.getTrain() ? "train" : "hold"),
                column(
                        "buffered",
                        8,
                        DecisionEvent.class,
                        e -> Figures.count(e.getBufferedChunks())),
                column("why", -1, DecisionEvent.class, WatchFormat::why));
    }

    private List<Column> sessions() {
        return List.of(
                column("time", -8, SessionEvent.class, e -> clock(e.getAt())),
                column("learner", -12, SessionEvent.class, SessionEvent::getLearner),
                column("session", 7, SessionEvent.class, e -> String.valueOf(e.getSession())),
                column("phase", -6, SessionEvent.class, e -> phase(e.getPhase())),
                column("epoch", 7, SessionEvent.class, e -> e.getEpoch() + "/" + e.getMaxEpochs()),
                column("loss", 7, SessionEvent.class, e -> Figures.decimal(e.getTrainLoss())),
                column(
                        "val",
                        8,
                        SessionEvent.class,
                        e -> Figures.percent(e.getValidationAccuracy())),
                column("time in", 8, SessionEvent.class, e -> Figures.span(seconds(e))),
                column("queued", 8, SessionEvent.class, e -> queued(e.getQueuedSeconds())),
                column("memory", 8, SessionEvent.class, e -> Figures.bytes(e.getPeakMemoryBytes())),
                column("reason", -1, SessionEvent.class, SessionEvent::getReason));
    }

    private List<Column> snapshots() {
        return List.of(
                column("time", -8, SnapshotEvent.class, e -> clock(e.getAt())),
                column("learner", -12, SnapshotEvent.class, SnapshotEvent::getLearner),
                column("version", 7, SnapshotEvent.class, e -> String.valueOf(e.getVersion())),
                column(
                        "parameters",
                        10,
                        SnapshotEvent.class,
                        e -> Figures.count(e.getParameters())),
                column(
                        "val",
                        8,
                        SnapshotEvent.class,
                        e -> Figures.percent(e.getValidationAccuracy())),
                column("model", -1, SnapshotEvent.class, WatchFormat::paths));
    }

    private List<Column> deadLetters() {
        return List.of(
                column("time", -8, DeadLetter.class, e -> clock(e.getAt())),
                column("stream", -12, DeadLetter.class, DeadLetter::getStream),
                column(
                        "chunk",
                        5,
                        DeadLetter.class,
                        e -> e.getChunk() < 0 ? "–" : "" + e.getChunk()),
                column("reason", -18, DeadLetter.class, e -> e.getReason().name()),
                column("from", -20, DeadLetter.class, WatchFormat::origin),
                column("detail", -1, DeadLetter.class, DeadLetter::getDetail));
    }

    private static <T extends SpecificRecord> Column column(
            String title, int width, Class<T> type, Function<T, String> value) {
        return new Column(title, width, event -> value.apply(type.cast(event)));
    }

    private String clock(Instant at) {
        return CLOCK.format(at.atZone(zone));
    }

    private static String arrival(EvaluationEvent event) {
        return arrival(event.getArrival(), event.getChunks());
    }

    private static String arrival(DecisionEvent event) {
        String arrival = arrival(event.getArrival(), event.getChunks());
        return event.getTimer() ? "after " + arrival : arrival;
    }

    private static String arrival(long arrival, long chunks) {
        return chunks == 0 ? String.valueOf(arrival) : arrival + "/" + chunks;
    }

    private static String why(DecisionEvent event) {
        String figures =
                event.getFigures().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(f -> f.getKey() + " " + Figures.figure(f.getValue()))
                        .collect(Collectors.joining(", "));
        return figures.isEmpty() ? event.getReason() : event.getReason() + " (" + figures + ")";
    }

    private static Duration lag(EvaluationEvent event) {
        return Duration.between(event.getArrivedAt(), event.getAvailableAt());
    }

    private static Duration seconds(SessionEvent event) {
        return seconds(event.getSeconds());
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(1e3 * seconds));
    }

    private static String queued(double seconds) {
        return seconds == 0 ? "–" : Figures.span(seconds(seconds));
    }

    private static String phase(SessionPhase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    private static String paths(SnapshotEvent event) {
        return event.getMembers().stream().map(ModelFile::getPath).collect(Collectors.joining(" "));
    }

    private static String origin(DeadLetter letter) {
        return letter.getOffset() < 0
                ? letter.getTopic()
                : letter.getTopic() + "-" + letter.getPartition() + "@" + letter.getOffset();
    }
}
