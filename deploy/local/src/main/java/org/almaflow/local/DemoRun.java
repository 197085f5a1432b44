package org.almaflow.local;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.observer.Metric;
import org.almaflow.observer.MetricSubscriber;
import org.almaflow.pipeline.AlmaflowJob;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.producer.dataset.Datasets;
import org.almaflow.schemas.TopicAdmin;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One demo from start to end, on one thread: data set, broker, cluster, subscriber, job, producer;
 * then what they publish is followed until the job ends or somebody asks to stop. However it ends,
 * the files are written for what there is, and what was started is closed in the opposite order.
 */
final class DemoRun {
    /** Exit status of a run that was stopped, as the shell has it for Ctrl-C. */
    static final int STOPPED = 130;

    private static final Logger LOG = LoggerFactory.getLogger(DemoRun.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final short BROKERS_DEFAULT = -1;

    private final DemoOptions options;
    private final ExperimentFile file;
    private final Experiment experiment;
    private final FolderRun run;
    private final OutFolder out;
    private final DemoReport report;
    private final Display display;
    private final StopSignal stop;

    DemoRun(
            DemoOptions options,
            ExperimentFile file,
            FolderRun run,
            OutFolder out,
            DemoReport report,
            StopSignal stop) {
        this.options = options;
        this.file = file;
        this.experiment = file.experiment();
        this.run = run;
        this.out = out;
        this.report = report;
        this.display = report.display();
        this.stop = stop;
    }

    /** Returns the exit status. */
    int run() {
        file.requireFitIfKnown();
        try {
            display.say("run " + run.id());
            file.warnings().forEach(display::say);
            display.step(options.broker() == null ? "starting Kafka" : "looking for Kafka");
            try (DemoBroker broker = stop.interruptibly(this::broker)) {
                Dataset dataset = stop.interruptibly(this::load);
                file.requireFit(dataset.spec());
                out.keep(dataset.vocabulary());
                return follow(dataset, broker);
            }
        } catch (StopSignal.StoppedException e) {
            display.rest();
            display.say("stopped before the first arrival; no files were written");
            return STOPPED;
        } catch (RuntimeException e) {
            display.rest();
            LOG.error("The demo failed", e);
            throw e;
        } finally {
            if (options.discardsChunks() && !run.stays()) {
                OutFolder.remove(out.folder().resolve("chunks"));
                OutFolder.remove(out.folder().resolve("runs"));
            }
        }
    }

    private Dataset load() {
        display.step("loading data set " + experiment.stream().dataset());
        DatasetConsole console = new DatasetConsole(display::step, display::say, System::nanoTime);
        return Datasets.load(Publishing.data(experiment.stream(), options.cache()), console);
    }

    private DemoBroker broker() {
        String address = options.broker();
        DemoBroker broker =
                address == null
                        ? DemoBroker.embedded(out.work().resolve("kafka"))
                        : DemoBroker.running(address, options.kafkaProperties());
        try {
            new TopicAdmin(broker.clientProperties()).create(options.topics(), BROKERS_DEFAULT);
            return broker;
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    private int follow(Dataset dataset, DemoBroker broker) {
        display.step("starting Flink");
        JobOptions job = jobOptions(broker);
        AlmaflowJob.check(job);
        Optional<DemoPredictor> predictor =
                options.predicts() && experiment.stream().text().isEmpty()
                        ? Optional.of(new DemoPredictor(experiment, broker, options.topics()))
                        : Optional.empty();
        int slots =
                AlmaflowJob.slots(experiment, job) + predictor.map(DemoPredictor::slots).orElse(0);
        try (LocalFlink flink =
                        LocalFlink.start(slots, options.webPort(), out.work(), job.nativeMemory());
                MetricSubscriber subscriber =
                        new MetricSubscriber(
                                broker.clientProperties(),
                                options.topics(),
                                EnumSet.allOf(Metric.class),
                                run.events(),
                                PATIENCE);
                DemoDashboard dashboard =
                        DemoDashboard.start(options, broker.clientProperties(), run.id())) {
            display.say("Kafka " + broker.address() + "  Flink " + flink.web());
            dashboard
                    .address()
                    .ifPresent(
                            page ->
                                    display.say(
                                            "dashboard "
                                                    + page
                                                    + "  ("
                                                    + DashboardCommand.THIS_MACHINE
                                                    + ")"));
            LocalJob running = flink.submit(graph(job));
            predictor.ifPresent(it -> flink.submit(it.graph()));
            display.step("starting the job");
            try {
                awaitWorking(running, subscriber);
                return produce(dataset, broker, running, subscriber);
            } finally {
                running.cancel();
            }
        }
    }

    /** Chunks that came while the job still starts would wait for it, and look late. */
    private void awaitWorking(LocalJob job, MetricSubscriber subscriber) {
        while (!job.status().isGloballyTerminalState() && !stop.requested() && !job.working()) {
            subscriber.poll(POLL).forEach(report::take);
        }
    }

    private int produce(
            Dataset dataset, DemoBroker broker, LocalJob job, MetricSubscriber subscriber) {
        try (StreamProducer producer = producer(dataset, broker)) {
            return end(job, watch(job, producer, subscriber), subscriber);
        }
    }

    private JobOptions jobOptions(DemoBroker broker) {
        JobOptions job =
                JobOptions.of(
                                file.text(),
                                broker.address(),
                                options.storage(out.folder()),
                                run.id())
                        .with(JobOption.TOPIC_PREFIX, options.topics().prefix())
                        .with(JobOption.RESTART_ATTEMPTS, "1")
                        .withKafka(broker.extra());
        return options.job(job);
    }

    private StreamGraph graph(JobOptions job) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        AlmaflowJob.define(environment, experiment, job, run.plan(experiment, job));
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(AlmaflowJob.name(experiment, job));
        return graph;
    }

    private StreamProducer producer(Dataset dataset, DemoBroker broker) {
        return StreamProducer.start(
                Publishing.of(
                        experiment.stream(), broker.address(), options.topics(), broker.extra()),
                dataset);
    }

    /** Follows the run until the job has ended or somebody asks to stop. */
    private JobStatus watch(LocalJob job, StreamProducer producer, MetricSubscriber subscriber) {
        JobStatus status = job.status();
        while (!status.isGloballyTerminalState() && !stop.requested()) {
            subscriber.poll(POLL).forEach(report::take);
            report.tick(producer.chunks());
            producer.rethrowFailure();
            status = job.status();
        }
        return status;
    }

    /** What was committed last is read before the figures are final. */
    private int end(LocalJob job, JobStatus status, MetricSubscriber subscriber) {
        boolean stopped = stop.requested() && !status.isGloballyTerminalState();
        if (stopped) {
            display.say("stopping");
            job.cancel();
        }
        subscriber.readToEnd(PATIENCE).forEach(report::take);
        report.finish();
        run.recordExperiment();
        if (status == JobStatus.FAILED) {
            throw new FailureException(
                    job.failure().map(RootCause::sentence).orElse("the job failed"));
        }
        if (status == JobStatus.CANCELED) {
            throw new FailureException("the job was cancelled; the files hold what there was");
        }
        if (stopped) {
            display.say(
                    run.stays()
                            ? "stopped; the files hold what there was, and the same command goes on"
                            : "stopped; the files hold what there was");
            return STOPPED;
        }
        return requireComplete();
    }

    private int requireComplete() {
        if (!report.complete()) {
            throw new FailureException(
                    "the job ended before every learner was evaluated after every arrival; see "
                            + out.folder().resolve("alma.log"));
        }
        return 0;
    }
}
