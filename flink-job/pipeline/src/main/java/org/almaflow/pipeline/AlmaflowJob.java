package org.almaflow.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.assemble.AssembleChunks;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.pipeline.member.Combine;
import org.almaflow.pipeline.member.TrainOperatorFactory;
import org.almaflow.pipeline.member.Wait;
import org.almaflow.pipeline.sink.EventSinks;
import org.almaflow.pipeline.source.HeldOpenSource;
import org.almaflow.pipeline.source.RawSliceSchema;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.TopicAdmin;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job: source, AssembleChunks, then for every learner Wait, Train and Combine, then the sinks.
 */
public final class AlmaflowJob {
    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

    private AlmaflowJob() {}

    /** Entry on a Flink cluster; see docs/options.md for the options. */
    public static void main(String[] args) throws Exception {
        JobOptions options = JobOptions.parse(args);
        Experiment experiment = ExperimentReader.read(options.experiment(), "experiment");
        check(options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        define(env, experiment, options);
        env.execute(name(experiment, options));
    }

    /** Name of the job for people. */
    public static String name(Experiment experiment, JobOptions options) {
        return "almaflow %s (%s)".formatted(experiment.name(), options.run());
    }

    /**
     * Checks that the broker is there and has the topics.
     *
     * @throws org.almaflow.schemas.TopicException with one line that says what is missing
     */
    public static void check(JobOptions options) {
        Map<String, Object> properties = new HashMap<>();
        options.kafkaProperties().forEach((key, value) -> properties.put((String) key, value));
        new TopicAdmin(properties).check(options.topics(), BROKER_TIMEOUT);
    }

    /** Task slots that the job needs. */
    public static int slots(Experiment experiment, JobOptions options) {
        IntSummaryStatistics subtasks =
                experiment.learners().stream()
                        .mapToInt(learner -> subtasks(learner, options))
                        .summaryStatistics();
        return options.slotPerMember() ? 1 + (int) subtasks.getSum() : subtasks.getMax();
    }

    /** Subtasks of a learner's Train. */
    private static int subtasks(LearnerSpec learner, JobOptions options) {
        return Math.min(learner.family().members(), options.memberParallelism());
    }

    /**
     * Builds the topology on {@code env} and configures it; without input or output.
     *
     * @param experiment what {@code options.experiment()} reads as
     */
    public static void define(
            StreamExecutionEnvironment env, Experiment experiment, JobOptions options) {
        env.configure(JobConfiguration.of(options));
        env.setParallelism(1);
        List<String> learners = experiment.learners().stream().map(LearnerSpec::id).toList();
        define(env, experiment, options, source(options, learners));
    }

    /** As above, with another source of records. */
    static void define(
            StreamExecutionEnvironment env,
            Experiment experiment,
            JobOptions options,
            Source<RawSlice, ?, ?> source) {
        EventSinks sinks = new EventSinks(options);
        String stream = experiment.stream().name();
        SingleOutputStreamOperator<ChunkArrived> arrivals =
                env.fromSource(
                                source,
                                WatermarkStrategy.noWatermarks(),
                                "chunks",
                                RecordType.of(RawSlice.class))
                        .uid("chunks")
                        .keyBy(raw -> stream)
                        .process(
                                new AssembleChunks(options, stream),
                                RecordType.of(ChunkArrived.class))
                        .uid("assemble")
                        .name("AssembleChunks");
        arrivals.getSideOutput(AssembleChunks.DEAD_LETTERS)
                .sinkTo(sinks.deadLetters())
                .uid("dead-letters")
                .name("dead-letters");
        DataStream<DecisionEvent> decisions = null;
        DataStream<SessionEvent> sessions = null;
        DataStream<EvaluationEvent> evaluations = null;
        DataStream<SnapshotEvent> snapshots = null;
        for (LearnerSpec learner : experiment.learners()) {
            LearnerHandle handle = new LearnerHandle(options, learner.id());
            SingleOutputStreamOperator<MemberDirective> directives = wait(arrivals, handle);
            SingleOutputStreamOperator<MemberOutcome> outcomes =
                    train(directives, handle, subtasks(learner, options));
            SingleOutputStreamOperator<EvaluationEvent> combined = combine(outcomes, handle);
            decisions = union(decisions, directives.getSideOutput(Wait.DECISIONS));
            decisions = union(decisions, outcomes.getSideOutput(Wait.DECISIONS));
            sessions = union(sessions, outcomes.getSideOutput(TrainOperatorFactory.SESSIONS));
            evaluations = union(evaluations, combined);
            snapshots = union(snapshots, combined.getSideOutput(Combine.SNAPSHOTS));
        }
        decisions.sinkTo(sinks.decisions()).uid("decisions").name("decisions");
        sessions.sinkTo(sinks.sessions()).uid("sessions").name("sessions");
        evaluations.sinkTo(sinks.evaluations()).uid("evaluations").name("evaluations");
        snapshots.sinkTo(sinks.snapshots()).uid("snapshots").name("snapshots");
    }

    private static Source<RawSlice, ?, ?> source(JobOptions options, List<String> learners) {
        RawSliceSchema schema = new RawSliceSchema();
        KafkaSource<RawSlice> kafka =
                KafkaSource.<RawSlice>builder()
                        .setProperties(options.kafkaProperties())
                        .setTopics(options.topics().chunks())
                        .setGroupId("almaflow-" + options.run())
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setDeserializer(schema)
                        .build();
        return options.bounded()
                ? new HeldOpenSource<>(kafka, schema.getProducedType(), options, learners)
                : kafka;
    }

    private static SingleOutputStreamOperator<MemberDirective> wait(
            DataStream<ChunkArrived> arrivals, LearnerHandle handle) {
        String id = handle.learner();
        return arrivals.keyBy(ChunkArrived::getStream)
                .process(new Wait(handle), RecordType.of(MemberDirective.class))
                .uid("wait-" + id)
                .name("Wait " + id);
    }

    private static SingleOutputStreamOperator<MemberOutcome> train(
            DataStream<MemberDirective> directives, LearnerHandle handle, int subtasks) {
        String id = handle.learner();
        SingleOutputStreamOperator<MemberOutcome> outcomes =
                directives
                        .partitionCustom((member, n) -> member % n, MemberDirective::getMember)
                        .transform(
                                "Train " + id,
                                RecordType.of(MemberOutcome.class),
                                new TrainOperatorFactory(handle))
                        .uid("train-" + id)
                        .setParallelism(subtasks);
        return handle.options().slotPerMember()
                ? outcomes.slotSharingGroup("train-" + id)
                : outcomes;
    }

    private static SingleOutputStreamOperator<EvaluationEvent> combine(
            DataStream<MemberOutcome> outcomes, LearnerHandle handle) {
        String id = handle.learner();
        return outcomes.keyBy(outcome -> id)
                .process(new Combine(handle), RecordType.of(EvaluationEvent.class))
                .slotSharingGroup("default")
                .uid("combine-" + id)
                .name("Combine " + id);
    }

    @SuppressWarnings("unchecked") // an array of one stream
    private static <T> DataStream<T> union(DataStream<T> first, DataStream<T> second) {
        return first == null ? second : first.union(second);
    }
}
