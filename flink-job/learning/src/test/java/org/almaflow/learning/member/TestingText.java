package org.almaflow.learning.member;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;

/**
 * A stream of text in memory whose tokens mostly count up, with what a member on it says and the
 * files that it keeps.
 */
final class TestingText implements ChunkReader, ModelFiles, MemberListener {
    static final int VOCABULARY = 5;
    static final InputSpec INPUT =
            new InputSpec(ElementType.TOKEN, List.of(9), List.of(), List.of());

    final List<MemberResult> results = new ArrayList<>();
    final List<String> said = new ArrayList<>();
    private final Map<String, Examples> chunks = new HashMap<>();
    private final Map<String, byte[]> files = new HashMap<>();
    private final List<Directive> directives;

    TestingText() {
        directives =
                List.of(
                        new Directive(0, false, 0, "", List.of(chunk(0, 20))),
                        new Directive(1, true, 1, "1 of 1", List.of(chunk(1, 40))),
                        new Directive(2, true, 2, "1 of 1", List.of(chunk(2, 40))));
    }

    private ChunkRef chunk(long index, int count) {
        SplittableRandom random = new SplittableRandom(index);
        ByteBuffer features =
                ByteBuffer.allocate(count * INPUT.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int s = 0; s < count; s++) {
            int token = random.nextInt(VOCABULARY);
            for (int t = 0; t < INPUT.elements(); t++) {
                features.putInt(token);
                token = (token + (random.nextInt(8) == 0 ? 2 : 1)) % VOCABULARY;
            }
        }
        String path = "chunk-" + index;
        chunks.put(path, new Examples(INPUT, VOCABULARY, features.flip(), new int[count]));
        return new ChunkRef(index, path, path, count);
    }

    /** A member to which everything is told; it predicts each chunk before it trains on it. */
    MemberTrainer member(LearnerSpec learner, int member, Engine engine) {
        return new MemberTrainer(1, learner, member, engine, this, this, this);
    }

    void give(MemberTrainer member) {
        for (Directive directive : directives) {
            if (directive.arrival() > 0) {
                directive.chunks().forEach(member::predict);
            }
            member.enqueue(directive);
        }
    }

    /** Steps until there is no work; returns how many. */
    static int finish(MemberTrainer member) throws IOException {
        int steps = 0;
        for (; member.hasWork(); steps++) {
            member.step();
        }
        return steps;
    }

    Examples holdout() {
        return chunks.get("chunk-0");
    }

    MemberResult last() {
        return results.get(results.size() - 1);
    }

    @Override
    public Examples read(ChunkRef ref, int from, int to) {
        return chunks.get(ref.path()).select(IntStream.range(from, to).toArray());
    }

    @Override
    public ModelRef store(String learner, int member, byte[] safetensors) {
        return keep(learner, member, safetensors);
    }

    @Override
    public ModelRef keep(String learner, int member, byte[] bytes) {
        String path = learner + member + "-" + Arrays.hashCode(bytes);
        files.put(path, bytes);
        return new ModelRef(path, path, bytes.length);
    }

    @Override
    public byte[] read(ModelRef ref) {
        return files.get(ref.path());
    }

    @Override
    public void onSession(SessionReport r) {
        said.add(
                "%s %d %d %s %s %s %s %s"
                        .formatted(
                                r.phase(),
                                r.session(),
                                r.epoch(),
                                r.trainLoss(),
                                r.validationLoss(),
                                r.validationAccuracy(),
                                r.bestValidationAccuracy(),
                                r.cost()));
    }

    @Override
    public void onResult(MemberResult result) {
        results.add(result);
        said.add(
                "%d %s %s %s %s"
                        .formatted(
                                result.arrival(),
                                result.holdout(),
                                result.parameters(),
                                result.prediction().score(),
                                result.model()));
    }
}
