package org.almaflow.pipeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.learning.experiment.LearnerCheck;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.assemble.AssembleChunks;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.pipeline.member.Combine;
import org.almaflow.pipeline.member.TrainOperatorFactory;
import org.almaflow.pipeline.member.Wait;
import org.almaflow.pipeline.restore.RestorePlan;
import org.almaflow.pipeline.sink.EventSinks;
import org.almaflow.pipeline.source.HeldOpenSource;
import org.almaflow.pipeline.source.RawSliceSchema;
import org.almaflow.pipeline.store.RunLease;
import org.almaflow.pipeline.store.RunStore;
import org.almaflow.schemas.BrokerLimits;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.TopicAdmin;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FlinkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job: source, AssembleChunks, then for every learner Wait, Train and Combine, then the sinks.
 */
public final class AlmaflowJob {
    private static final Logger LOG = LoggerFactory.getLogger(AlmaflowJob.class);
    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

    private AlmaflowJob() {}

    /** Entry on a Flink cluster; see docs/options.md for the options. */
    public static void main(String[] args) throws Exception {
        JobOptions options = JobOptions.parse(args);
        Experiment experiment = ExperimentReader.read(options.experiment(), "experiment");
        LearnerCheck.doubts(experiment).forEach(LOG::warn);
        check(options);
        RestorePlan plan = plan(experiment, options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        define(env, experiment, options, plan);
        env.execute(name(experiment, options));
    }

    /** Name of the job for people. */
    public static String name(Experiment experiment, JobOptions options) {
        return "almaflow %s (%s)".formatted(experiment.name(), options.run());
    }

    /**
     * Checks that the broker is there and has the topics, that time limits fit each other and the
     * brokers', and that no other job works on the run.
     *
     * @throws org.almaflow.schemas.TopicException with one line that says what is missing
     * @throws JobOptionsException with one line that names the option and what would be right
     */
    public static void check(JobOptions options) {
        TimeLimits.check(options);
        Map<String, Object> properties = new HashMap<>();
        options.kafkaProperties().forEach((key, value) -> properties.put((String) key, value));
        new TopicAdmin(properties).check(options.topics(), BROKER_TIMEOUT);
        TimeLimits.check(options, new BrokerLimits(properties).longestTransaction(BROKER_TIMEOUT));
        requireFree(options);
    }

    private static void requireFree(JobOptions options) {
        try {
            new RunLease(options.storage(), options.run())
                    .holder()
                    .ifPresent(
                            job -> {
                                throw new JobOptionsException(RunLease.taken(options.run(), job));
                            });
        } catch (IOException e) {
            throw new JobOptionsException(
                    "option --storage is '%s', which cannot be read (%s); name a folder that JobManager and TaskManagers reach"
                            .formatted(options.storage(), e.getMessage()),
                    e);
        }
    }

    /**
     * Finds out how the experiment goes on from the savepoint that the options name; a learner that
     * begins is not done any more.
     *
     * @throws FlinkException when it cannot, with one line that says why
     */
    public static RestorePlan plan(Experiment experiment, JobOptions options)
            throws FlinkException, IOException {
        RestorePlan plan = RestorePlan.of(experiment, options);
        if (!plan.savepoint().isEmpty()) {
            RunStore runs = new RunStore(options.storage(), options.run());
            for (String learner : plan.begun()) {
                runs.unmarkDone(learner);
            }
            LOG.info("from {}: {}", plan.savepoint(), plan.describe());
        }
        return plan;
    }

    /** Task slots that the job needs. */
    public static int slots(Experiment experiment, JobOptions options) {
        return Slots.of(experiment, options).count();
    }

    /** Defines a start without a savepoint. */
    public static void define(
            StreamExecutionEnvironment env, Experiment experiment, JobOptions options) {
        define(env, experiment, options, RestorePlan.FRESH);
    }

    /**
     * Builds the topology on {@code env} and configures it; without input or output.
     *
     * @param experiment what {@code options.experiment()} reads as
     * @param plan what {@link #plan} said
     */
    public static void define(
            StreamExecutionEnvironment env,
            Experiment experiment,
            JobOptions options,
            RestorePlan plan) {
        env.configure(JobConfiguration.of(options, plan));
        env.setParallelism(1);
        Slots.of(experiment, options).register(env);
        List<String> learners = experiment.learners().stream().map(LearnerSpec::id).toList();
        define(env, experiment, options, plan, source(options, learners));
    }

    /** As above, with another source of records. */
    static void define(
            StreamExecutionEnvironment env,
            Experiment experiment,
            JobOptions options,
            RestorePlan plan,
            Source<RawSlice, ?, ?> source) {
        EventSinks sinks = new EventSinks(options);
        String stream = experiment.stream().name();
        Slots slots = Slots.of(experiment, options);
        List<String> branches =
                experiment.learners().stream().map(l -> plan.uid("train", l.id())).toList();
        DataStream<RawSlice> slices =
                env.fromSource(
                                source,
                                WatermarkStrategy.noWatermarks(),
                                "chunks",
                                RecordType.of(RawSlice.class))
                        .uid("chunks");
        SingleOutputStreamOperator<ChunkArrived> arrivals =
                (plan.begun().isEmpty() ? slices : slices.union(wake(env)))
                        .keyBy(raw -> stream)
                        .process(
                                new AssembleChunks(options, stream, branches),
                                RecordType.of(ChunkArrived.class))
                        .uid("assemble")
                        .name("AssembleChunks");
        publish(
                arrivals.getSideOutput(AssembleChunks.DEAD_LETTERS),
                sinks.deadLetters(),
                "dead-letters");
        DataStream<DecisionEvent> decisions = null;
        DataStream<SessionEvent> sessions = null;
        DataStream<EvaluationEvent> evaluations = null;
        DataStream<SnapshotEvent> snapshots = null;
        for (LearnerSpec learner : experiment.learners()) {
            LearnerHandle handle = new LearnerHandle(options, learner.id());
            SingleOutputStreamOperator<MemberDirective> directives = wait(arrivals, handle, plan);
            SingleOutputStreamOperator<MemberOutcome> outcomes =
                    train(
                            directives,
                            handle,
                            TrainOperatorFactory.subtasks(learner, options),
                            plan);
            slots.place(outcomes, learner.id());
            SingleOutputStreamOperator<EvaluationEvent> combined = combine(outcomes, handle, plan);
            decisions = union(decisions, directives.getSideOutput(Wait.DECISIONS));
            decisions = union(decisions, outcomes.getSideOutput(Wait.DECISIONS));
            sessions = union(sessions, outcomes.getSideOutput(TrainOperatorFactory.SESSIONS));
            evaluations = union(evaluations, combined);
            snapshots = union(snapshots, combined.getSideOutput(Combine.SNAPSHOTS));
        }
        publish(decisions, sinks.decisions(), "decisions");
        publish(sessions, sinks.sessions(), "sessions");
        publish(evaluations, sinks.evaluations(), "evaluations");
        publish(snapshots, sinks.snapshots(), "snapshots");
    }

    private static <T> void publish(DataStream<T> events, Sink<T> sink, String name) {
        events.sinkTo(sink).uid(name).name(name).slotSharingGroup(Slots.OTHERS);
    }

    /** One record without content, so that learners that begin get what arrived before. */
    private static DataStream<RawSlice> wake(StreamExecutionEnvironment env) {
        return env.fromSource(
                        new NumberSequenceSource(0, 0),
                        WatermarkStrategy.noWatermarks(),
                        "wake",
                        Types.LONG)
                .uid("wake")
                .map(
                        n -> new RawSlice(null, AssembleChunks.WAKE, n, 0L, ByteBuffer.allocate(0)),
                        RecordType.of(RawSlice.class))
                .uid("wake-record")
                .name("wake-record");
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
            DataStream<ChunkArrived> arrivals, LearnerHandle handle, RestorePlan plan) {
        String id = handle.learner();
        return arrivals.keyBy(ChunkArrived::getStream)
                .process(new Wait(handle), RecordType.of(MemberDirective.class))
                .uid(plan.uid("wait", id))
                .name("Wait " + id);
    }

    private static SingleOutputStreamOperator<MemberOutcome> train(
            DataStream<MemberDirective> directives,
            LearnerHandle handle,
            int subtasks,
            RestorePlan plan) {
        String id = handle.learner();
        return directives
                .partitionCustom(Math::floorMod, MemberDirective::getMember)
                .transform(
                        "Train " + id,
                        RecordType.of(MemberOutcome.class),
                        new TrainOperatorFactory(handle))
                .uid(plan.uid("train", id))
                .setParallelism(subtasks);
    }

    private static SingleOutputStreamOperator<EvaluationEvent> combine(
            DataStream<MemberOutcome> outcomes, LearnerHandle handle, RestorePlan plan) {
        String id = handle.learner();
        return outcomes.keyBy(outcome -> id)
                .process(new Combine(handle), RecordType.of(EvaluationEvent.class))
                .slotSharingGroup(Slots.OTHERS)
                .uid(plan.uid("combine", id))
                .name("Combine " + id);
    }

    @SuppressWarnings("unchecked") // an array of one stream
    private static <T> DataStream<T> union(DataStream<T> first, DataStream<T> second) {
        return first == null ? second : first.union(second);
    }
}
