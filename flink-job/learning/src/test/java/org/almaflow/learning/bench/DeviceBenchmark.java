package org.almaflow.learning.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.Tuning;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;

/**
 * Prints how many examples a second an engine trains on, for networks of some families, beside
 * PyTorch where it is given; what {@code tests/gpu.sh} runs. Says of each requirement whether it is
 * met. They are those of a GPU: on one, the exit status is 1 when any is missed.
 *
 * <p>Arguments: the engine's name, seconds a row, its tuning or an empty one and, to compare,
 * python and peer.py.
 */
public final class DeviceBenchmark {
    private static final int EXAMPLES = 10_240;
    private static final int BATCH = 128;
    private static final int MEMBERS = 8;

    /**
     * Least share of PyTorch's rate, and least multiple of one member's that those of an Ens have.
     */
    private static final double SHARE = 0.95;

    private static final double SPEED_UP = 3;

    /**
     * A network.
     *
     * @param model its name in peer.py
     */
    private record Row(String title, String model, NetworkSpec spec, OptimizerSpec optimizer) {}

    private final String engine;
    private final EngineOptions options;
    private final int seconds;
    private final Optional<Peer> peer;
    private boolean met = true;

    private DeviceBenchmark(
            String engine, EngineOptions options, int seconds, Optional<Peer> peer) {
        this.engine = engine;
        this.options = options;
        this.seconds = seconds;
        this.peer = peer;
    }

    public static void main(String[] args) throws InterruptedException, ExecutionException {
        EngineOptions options =
                new EngineOptions(1, 0, 0, Tuning.parse(args.length > 2 ? args[2] : ""));
        String description;
        try (Engine engine = Engines.find(args[0]).open(options)) {
            description = engine.description();
        }
        System.out.printf("%s, batch %d%n", description, BATCH);
        Optional<Peer> peer =
                args.length > 4 ? Optional.of(new Peer(args[3], args[4])) : Optional.empty();
        try {
            peer.ifPresent(p -> System.out.println("against " + p.description()));
            DeviceBenchmark benchmark =
                    new DeviceBenchmark(args[0], options, Integer.parseInt(args[1]), peer);
            benchmark.run();
            System.exit(benchmark.met || !description.contains("GPU") ? 0 : 1);
        } finally {
            peer.ifPresent(Peer::close);
        }
    }

    private void run() throws InterruptedException, ExecutionException {
        System.out.printf(
                "%-28s %12s %12s %7s %9s%n", "examples/s", "ours", "PyTorch", "ratio", "required");
        List<Double> rates = new ArrayList<>();
        List<Row> rows = rows();
        for (Row row : rows) {
            rates.add(rate(row));
            compare(row.title(), rates.get(rates.size() - 1), row.model(), 1);
        }
        Row member = rows.get(0);
        double single = rates.get(0);
        double sum = ensemble(member);
        compare("Ens k=8, MLP h=64, in sum", sum, member.model(), MEMBERS);
        System.out.printf(
                Locale.ROOT,
                "%-54s %7.2f %9s %s%n",
                "Ens k=8 over SM, MLP h=64",
                sum / single,
                ">= " + SPEED_UP,
                verdict(sum / single >= SPEED_UP));
    }

    private void compare(String title, double ours, String model, int members) {
        if (peer.isEmpty()) {
            System.out.printf(Locale.ROOT, "%-28s %,12.0f%n", title, ours);
            return;
        }
        double theirs =
                peer.get()
                        .ask(
                                "rate %s %d %d %d %d"
                                        .formatted(model, EXAMPLES, BATCH, seconds, members));
        System.out.printf(
                Locale.ROOT,
                "%-28s %,12.0f %,12.0f %7.2f %9s %s%n",
                title,
                ours,
                theirs,
                ours / theirs,
                ">= " + SHARE,
                verdict(ours / theirs >= SHARE));
    }

    private String verdict(boolean reached) {
        met &= reached;
        return reached ? "PASS" : "FAIL";
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int h : new int[] {64, 2048}) {
            String wide = h == 64 ? "" : "-" + h;
            NetworkSpec mixture = MixtureMlpSpec.flat(PeerRows.MNIST, List.of(h, h), 4, 10);
            rows.add(mnist("SM, MLP h=" + h, "mlp-" + h, mlp(h)));
            rows.add(mnist("UMix k=4, MLP h=" + h, "umix-4" + wide, new JointSpec(4, mlp(h))));
            rows.add(mnist("gMoE, 4 experts, MLP h=" + h, "moe-4" + wide, mixture));
        }
        for (int c : new int[] {16, 64}) {
            NetworkSpec vgg = VggSpec.plain(PeerRows.CIFAR, c, 10);
            rows.add(new Row("SM, VGG c=" + c, "vgg-" + c, vgg, PeerRows.SGD));
        }
        return rows;
    }

    private static Row mnist(String title, String model, NetworkSpec spec) {
        return new Row(title, model, spec, PeerRows.ADADELTA);
    }

    private static MlpSpec mlp(int h) {
        return new MlpSpec(PeerRows.MNIST, List.of(h, h), 10);
    }

    /** Members in threads of their own, each with its engine, on the same device. */
    private double ensemble(Row member) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(MEMBERS);
        try {
            List<Future<Double>> members = new ArrayList<>();
            for (int i = 0; i < MEMBERS; i++) {
                members.add(threads.submit(() -> rate(member)));
            }
            double sum = 0;
            for (Future<Double> each : members) {
                sum += each.get();
            }
            return sum;
        } finally {
            threads.shutdown();
        }
    }

    private double rate(Row row) {
        try (Engine opened = Engines.find(engine).open(options);
                ExampleSet set = opened.upload(random(row.spec().input()));
                Network network = opened.network(row.spec())) {
            network.load(Tensors.initial(row.spec(), 1));
            network.resetOptimizer(row.optimizer());
            int[] rows = new SplittableRandom(2).ints(EXAMPLES, 0, EXAMPLES).toArray();
            steps(network, set, rows, seconds / 4.0);
            return steps(network, set, rows, seconds);
        }
    }

    /** Examples a second over about that time. */
    private static double steps(Network network, ExampleSet set, int[] rows, double seconds) {
        long start = System.nanoTime();
        long examples = 0;
        double passed = 0;
        for (int at = 0; passed < seconds; at = (at + BATCH) % EXAMPLES) {
            if (!Double.isFinite(network.trainStep(set, rows, at, at + BATCH))) {
                throw new IllegalStateException("training has diverged");
            }
            examples += BATCH;
            passed = (System.nanoTime() - start) / 1e9;
        }
        return examples / passed;
    }

    private static Examples random(InputSpec input) {
        byte[] pixels = new byte[EXAMPLES * input.bytes()];
        new SplittableRandom(3).nextBytes(pixels);
        int[] labels = new SplittableRandom(4).ints(EXAMPLES, 0, 10).toArray();
        return new Examples(input, 10, ByteBuffer.wrap(pixels), labels);
    }
}
