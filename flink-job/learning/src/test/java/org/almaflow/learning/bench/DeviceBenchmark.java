package org.almaflow.learning.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * Prints how many examples a second an engine trains on, for networks of some families; what {@code
 * tests/gpu.sh} runs. No requirement is checked.
 *
 * <p>Arguments: the engine's name, seconds a row, and optionally its tuning.
 */
public final class DeviceBenchmark {
    private static final int EXAMPLES = 10_240;
    private static final int BATCH = 128;
    private static final OptimizerSpec ADADELTA = new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0);

    private DeviceBenchmark() {}

    public static void main(String[] args) throws InterruptedException, ExecutionException {
        EngineOptions options =
                new EngineOptions(1, 0, 0, Tuning.parse(args.length > 2 ? args[2] : ""));
        double seconds = Double.parseDouble(args[1]);
        try (Engine engine = Engines.find(args[0]).open(options)) {
            System.out.printf("%s, batch %d%n", engine.description(), BATCH);
        }
        for (Map.Entry<String, NetworkSpec> row : rows().entrySet()) {
            print(row.getKey(), rate(args[0], options, row.getValue(), seconds));
        }
        print("Ens k=8, MLP h=64, in sum", ensemble(args[0], options, 8, seconds));
    }

    private static void print(String title, double rate) {
        System.out.printf(Locale.ROOT, "%-28s %,12.0f examples/s%n", title, rate);
    }

    private static Map<String, NetworkSpec> rows() {
        Map<String, NetworkSpec> rows = new LinkedHashMap<>();
        for (int h : new int[] {64, 2048}) {
            rows.put("SM, MLP h=" + h, mlp(h));
            rows.put("UMix k=4, MLP h=" + h, new JointSpec(4, mlp(h)));
            rows.put(
                    "gMoE, 4 experts, MLP h=" + h,
                    MixtureMlpSpec.flat(PeerRows.MNIST, List.of(h, h), 4, 10));
        }
        for (int c : new int[] {16, 64}) {
            rows.put("SM, VGG c=" + c, VggSpec.plain(PeerRows.CIFAR, c, 10));
        }
        return rows;
    }

    private static MlpSpec mlp(int h) {
        return new MlpSpec(PeerRows.MNIST, List.of(h, h), 10);
    }

    /** Members in threads of their own, each with its engine, on the same device. */
    private static double ensemble(String engine, EngineOptions options, int k, double seconds)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(k);
        try {
            List<Future<Double>> members = new ArrayList<>();
            for (int i = 0; i < k; i++) {
                members.add(threads.submit(() -> rate(engine, options, mlp(64), seconds)));
            }
            double sum = 0;
            for (Future<Double> member : members) {
                sum += member.get();
            }
            return sum;
        } finally {
            threads.shutdown();
        }
    }

    private static double rate(
            String name, EngineOptions options, NetworkSpec spec, double seconds) {
        try (Engine engine = Engines.find(name).open(options);
                ExampleSet set = engine.upload(random(spec.input()));
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 1));
            network.resetOptimizer(ADADELTA);
            int[] rows = new SplittableRandom(2).ints(EXAMPLES, 0, EXAMPLES).toArray();
            epoch(network, set, rows, seconds / 4);
            return epoch(network, set, rows, seconds);
        }
    }

    /** Examples a second over about that time. */
    private static double epoch(Network network, ExampleSet set, int[] rows, double seconds) {
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
