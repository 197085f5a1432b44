package org.almaflow.pipeline;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What the members of an Ens gain from training in parallel: k = 4 MLPs of 64 at the scale of
 * MNIST, 50 chunks, each trained on as it arrives. Runs with one subtask and with several take
 * turns in one process. Argument: name of the engine, {@code testing} by default.
 */
final class EnsembleBenchmark {
    private static final int MEMBERS = 4;
    private static final int WARM_UPS = 6;
    private static final int ROUNDS = 5;
    private static final double LEAST = 1.7;

    private EnsembleBenchmark() {}

    @SuppressWarnings("try") // the cluster may be interrupted while it closes
    public static void main(String[] args) throws Exception {
        String engine = args.length == 0 ? "testing" : args[0];
        int cores = Runtime.getRuntime().availableProcessors();
        int several = Math.min(MEMBERS, cores);
        Path folder = Files.createTempDirectory("almaflow-ens");
        MiniClusterConfiguration flink =
                new MiniClusterConfiguration.Builder()
                        .setConfiguration(new Configuration())
                        .setNumSlotsPerTaskManager(MEMBERS)
                        .withRandomPorts()
                        .build();
        double alone = Double.MAX_VALUE;
        double together = Double.MAX_VALUE;
        List<Double> errors = new ArrayList<>();
        try (TestingBroker broker = new TestingBroker(folder.resolve("kafka"));
                MiniCluster cluster = new MiniCluster(flink)) {
            cluster.start();
            Run run = new Run(engine, folder, broker, cluster, errors);
            for (int i = 0; i < WARM_UPS; i++) { // compiling takes the second core at first
                run.seconds(1);
                run.seconds(several);
            }
            for (int round = 0; round < ROUNDS; round++) {
                alone = Math.min(alone, run.seconds(1));
                together = Math.min(together, run.seconds(several));
            }
        }
        double ratio = alone / together;
        if (errors.stream().distinct().count() != 1) {
            throw new IllegalStateException("parallelism changes results: CER " + errors);
        }
        System.out.printf(
                "Ens k=%d on %d cores, 1 engine thread, least of %d: %.2f s in one subtask, %.2f s"
                        + " in %d: speed-up %.2f, needs %.1f: %s%n",
                MEMBERS,
                cores,
                ROUNDS,
                alone,
                together,
                several,
                ratio,
                LEAST,
                ratio >= LEAST ? "PASS" : "FAIL");
        if (ratio < LEAST) {
            throw new IllegalStateException("members in parallel gain too little");
        }
    }

    /** One run of the job. */
    private record Run(
            String engine,
            Path folder,
            TestingBroker broker,
            MiniCluster cluster,
            List<Double> errors) {
        /** Wall-clock time from the first session's opening to the last result. */
        double seconds(int parallelism) throws Exception {
            Topics topics = broker.newTopics();
            PipelineShareBenchmark.slices().forEach(chunk -> broker.publish(topics, chunk));
            JobOptions options =
                    TestingExperiments.options(
                                    experiment(engine),
                                    broker,
                                    topics,
                                    folder.resolve("storage" + topics.prefix()))
                            .with(JobOption.CHECKPOINT_INTERVAL, "1 s")
                            .with(JobOption.ENGINE_THREADS, "1")
                            .with(JobOption.MEMBER_PARALLELISM, String.valueOf(parallelism));
            Experiment experiment = TestingExperiments.read(options);
            StreamExecutionEnvironment env =
                    StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
            AlmaflowJob.define(env, experiment, options);
            long cpu = cpuTime();
            var graph = env.getStreamGraph().getJobGraph();
            cluster.submitJob(graph).get();
            cluster.requestJobResult(graph.getJobID()).get();
            Instant begun =
                    broker.read(topics.sessions(), SessionEvent.class).stream()
                            .map(SessionEvent::getAt)
                            .min(Instant::compareTo)
                            .orElseThrow();
            EvaluationEvent last =
                    broker.read(topics.evaluations(), EvaluationEvent.class).stream()
                            .filter(e -> e.getArrival() == e.getChunks())
                            .findAny()
                            .orElseThrow();
            errors.add(last.getCumulativeError());
            double seconds = Duration.between(begun, last.getAvailableAt()).toMillis() / 1e3;
            System.out.printf(
                    "member-parallelism %d: %.2f s, %.2f s of processor time%n",
                    parallelism, seconds, (cpuTime() - cpu) / 1e9);
            return seconds;
        }
    }

    private static long cpuTime() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    private static String experiment(String engine) {
        return """
        name: ens
        engine: %s
        stream: {name: toy, dataset: mnist, chunks: 50}
        learners:
          - id: ens
            family: Ens
            k: 4
            wait: {chunks: 1}
            network: {type: mlp, hidden: [64, 64]}
            training: {batch_size: 128, max_epochs: 20, patience: 5}
        """
                .formatted(engine);
    }
}
