package org.almaflow.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.almaflow.learning.experiment.Arrival;
import org.almaflow.learning.experiment.StreamSpec;
import org.almaflow.learning.experiment.TextSpec;
import org.almaflow.producer.ArrivalSchedule;
import org.almaflow.producer.ProduceSettings;
import org.almaflow.producer.dataset.DatasetRequest;
import org.almaflow.producer.text.TextSettings;
import org.almaflow.schemas.Topics;

/** Turns the stream of an experiment into what the producer needs. */
final class Publishing {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Publishing() {}

    /**
     * Settings of the producer.
     *
     * @param broker as host:port
     * @param extra further Kafka client properties
     */
    static ProduceSettings of(
            StreamSpec stream, String broker, Topics topics, Map<String, String> extra) {
        return ProduceSettings.standard(broker, stream.name())
                .withTopics(topics)
                .withPlan(stream.chunks(), stream.seed(), stream.loop())
                .withSchedule(schedule(stream.arrival(), stream.seed()))
                .withClient(extra, PATIENCE);
    }

    /**
     * What to load for a stream.
     *
     * @param cache folder of data sets, or null
     */
    static DatasetRequest data(StreamSpec stream, Path cache) {
        return new DatasetRequest(
                stream.dataset(),
                stream.labelColumn(),
                cache,
                stream.text()
                        .map(
                                text ->
                                        new DatasetRequest.Text(
                                                settings(text), stream.chunks(), stream.seed())));
    }

    private static TextSettings settings(TextSpec text) {
        return new TextSettings(
                TextSettings.Tokens.valueOf(text.tokens().name()),
                text.vocabulary(),
                text.sequence(),
                text.holdout());
    }

    private static ArrivalSchedule schedule(Arrival arrival, long seed) {
        return switch (arrival.schedule()) {
            case FIXED -> ArrivalSchedule.fixed(arrival.interval());
            case POISSON -> ArrivalSchedule.poisson(arrival.interval(), seed);
            case ASAP -> ArrivalSchedule.asFastAsPossible();
            case TIMETABLE -> ArrivalSchedule.timetable(Path.of(arrival.timetable()));
        };
    }
}
