package org.almaflow.learning.session;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.network.Tensors;

/**
 * One training run: epochs of shuffled mini-batches, each followed by a validation pass, until the
 * validation accuracy stops improving (SEMANTICS, early stop), of tokens their cross-entropy. Every
 * learner of every family trains in this loop.
 *
 * <p>Each {@link #step} does one mini-batch, when the examples for it are {@link #ready}; where
 * they are not, {@link #load} brings them, piece by piece. A training set larger than memory goes
 * through windows: every epoch in another derived order of pieces, and in a derived order inside a
 * window. A set that fits is the one window that holds everything.
 *
 * <p>The network and the sets belong to the caller; when the session has ended, {@link #best} are
 * the weights to deploy and the network still holds the last ones.
 */
public final class TrainingSession {
    private final Network network;
    private final TrainingSpec spec;
    private final TrainingSets sets;
    private final long seed;
    private final int member;
    private final long session;
    private final long forwardMacs;

    private int epoch;
    private int position;

    /** The epoch's pass over the training set; null before its first mini-batch. */
    private Passage passage;

    /** Order of the rows of window {@code ordered}; null when there is none yet. */
    private int[] order;

    private int ordered;
    private int sinceBest;
    private double bestAccuracy = Double.NaN;
    private Tensors best;
    private double lossSum;
    private double trainLoss = Double.NaN;
    private Evaluation validation;
    private Score last = Score.NONE;
    private Cost cost = Cost.NONE;
    private long nanos;
    private String ended = "";

    /**
     * Opens a session on the weights that the network holds, with a fresh optimiser.
     *
     * @param seed seed of the learner
     * @param session index of the session, from 1
     * @param grown what growing before the session cost
     * @param grownNanos how long that took, in nanoseconds
     */
    public static TrainingSession open(
            Network network,
            TrainingSpec spec,
            TrainingSets sets,
            long seed,
            int member,
            long session,
            Cost grown,
            long grownNanos) {
        network.resetOptimizer(spec.optimizer());
        TrainingSession opened = new TrainingSession(network, spec, sets, seed, member, session);
        opened.cost = grown;
        opened.nanos = grownNanos;
        return opened;
    }

    /** Goes on where {@code state} was exported, with the same sets. */
    public static TrainingSession resume(
            Network network,
            TrainingSpec spec,
            TrainingSets sets,
            long seed,
            int member,
            long session,
            SessionState state) {
        TrainingSession resumed = new TrainingSession(network, spec, sets, seed, member, session);
        resumed.restore(state);
        return resumed;
    }

    private TrainingSession(
            Network network,
            TrainingSpec spec,
            TrainingSets sets,
            long seed,
            int member,
            long session) {
        this.network = network;
        this.spec = spec;
        this.sets = sets;
        this.seed = seed;
        this.member = member;
        this.session = session;
        this.forwardMacs = network.spec().forwardMacs();
        if (sets.train().count() == 0) {
            throw new IllegalArgumentException("a session needs one training example or more");
        }
    }

    /** Whether the examples of the next step are on the device. */
    public boolean ready() {
        if (validation != null) {
            return validation.ready();
        }
        return sets.train().ready(passage(), passage().windowAt(position));
    }

    /** Reads a piece of what the next step waits for. */
    public void load() throws IOException {
        long start = System.nanoTime();
        if (validation != null) {
            validation.load();
        } else {
            sets.train().load(passage(), passage().windowAt(position));
        }
        nanos += System.nanoTime() - start;
    }

    /** Does one mini-batch of training or validation. */
    public void step() {
        if (ended()) {
            throw new IllegalStateException("the session has ended: " + ended);
        }
        long start = System.nanoTime();
        if (validation == null) {
            train();
        } else {
            validate();
        }
        nanos += System.nanoTime() - start;
    }

    private Passage passage() {
        if (passage == null) {
            passage = sets.train().shuffled(epochSeed(Seeds.Purpose.WINDOW));
        }
        return passage;
    }

    private void train() {
        int window = passage().windowAt(position);
        int begin = passage.begin(window);
        int rows = passage.rows(window);
        if (order == null || ordered != window) {
            order = Seeds.permutation(rows, windowSeed(Seeds.Purpose.SHUFFLE, window));
            ordered = window;
        }
        int from = position - begin;
        int to = spec.lastBatch().end(from, rows, spec.batchSize());
        Augmentation augmentation =
                new Augmentation(spec.augment(), windowSeed(Seeds.Purpose.AUGMENT, window));
        double loss = network.trainStep(sets.train().resident(), order, from, to, augmentation);
        cost = cost.plusTraining(to - from, forwardMacs);
        if (!Double.isFinite(loss)) {
            ended =
                    "diverged: the loss is %s at example %d of epoch %d; a smaller learning rate may help"
                            .formatted(loss, position, epoch + 1);
            return;
        }
        lossSum += loss;
        position = begin + spec.lastBatch().next(to, rows, spec.batchSize());
        if (position == passage.count()) {
            trainLoss = lossSum / used();
            validation = new Evaluation(sets.validation(), 0, Score.NONE);
            if (validation.done()) {
                finishEpoch();
            }
        }
    }

    /** Examples that the epoch has trained on. */
    private int used() {
        return IntStream.range(0, passage.windows().size())
                .map(w -> spec.lastBatch().used(passage.rows(w), spec.batchSize()))
                .sum();
    }

    private void validate() {
        cost = cost.plusForward(validation.step(network), forwardMacs);
        if (validation.done()) {
            finishEpoch();
        }
    }

    /**
     * Without validation examples every epoch is the best so far. The last step's weights show in
     * no training loss any more: they are looked at themselves before they become the best.
     */
    private void finishEpoch() {
        last = validation.score();
        epoch++;
        boolean judged = last.examples() > 0;
        if (judged && !Double.isFinite(last.loss())) {
            diverged("the validation loss is %s".formatted(last.loss()));
        } else if (best == null || !judged || better()) {
            keep(network.weights());
        } else {
            sinceBest++;
        }
        validation = null;
        passage = null;
        order = null;
        position = 0;
        lossSum = 0;
        if (ended()) {
            return;
        }
        if (sinceBest >= spec.patience()) {
            ended = "no better validation accuracy for " + spec.patience() + " epochs";
        } else if (epoch >= spec.maxEpochs()) {
            ended = "max_epochs " + spec.maxEpochs() + " reached";
        }
    }

    private void keep(Tensors weights) {
        Optional<String> wild = weights.notFinite();
        if (wild.isPresent()) {
            diverged("tensor %s is not finite".formatted(wild.get()));
            return;
        }
        best = weights;
        bestAccuracy = accuracy();
        sinceBest = 0;
    }

    private void diverged(String how) {
        ended =
                "diverged: %s after epoch %d; a smaller learning rate may help"
                        .formatted(how, epoch);
    }

    /** Of tokens, {@code delta} is in nats. */
    private boolean better() {
        return network.spec().input().tokens()
                ? Math.log(accuracy() / bestAccuracy) > spec.delta()
                : accuracy() > bestAccuracy + spec.delta();
    }

    private long epochSeed(Seeds.Purpose purpose) {
        return Seeds.derive(seed, purpose, member, session, epoch);
    }

    /** The first window has the epoch's seed: a set that fits is trained on as it always was. */
    private long windowSeed(Seeds.Purpose purpose, int window) {
        return window == 0
                ? epochSeed(purpose)
                : Seeds.derive(seed, purpose, member, session, epoch, window);
    }

    /** Copies the whole state of a session that has not ended. */
    public SessionState export() {
        if (ended()) {
            throw new IllegalStateException("the session has ended: " + ended);
        }
        return new SessionState(
                epoch,
                position,
                sinceBest,
                bestAccuracy,
                best,
                lossSum,
                trainLoss,
                validation != null,
                validation == null ? 0 : validation.position(),
                validation == null ? Score.NONE : validation.score(),
                last,
                cost,
                nanos,
                network.weights(),
                network.optimizerState());
    }

    private void restore(SessionState state) {
        network.load(state.weights());
        network.restoreOptimizer(spec.optimizer(), state.optimizer());
        epoch = state.epoch();
        position = state.position();
        sinceBest = state.sinceBest();
        bestAccuracy = state.bestAccuracy();
        best = state.best();
        lossSum = state.lossSum();
        trainLoss = state.trainLoss();
        last = state.last();
        cost = state.cost();
        nanos = state.nanos();
        if (state.inValidation()) {
            validation = new Evaluation(sets.validation(), state.validated(), state.validating());
        }
    }

    /** Ends the session after its last finished epoch. */
    public void end(String reason) {
        ended = reason;
    }

    /** Epochs finished since the best one. */
    public int sinceBest() {
        return sinceBest;
    }

    /** Whether the session is over. */
    public boolean ended() {
        return !ended.isEmpty();
    }

    /** Why it ended; empty while it goes on. */
    public String endReason() {
        return ended;
    }

    /** Best weights so far, all finite; null when no epoch ended with such. */
    public Tensors best() {
        return best;
    }

    /** Validation accuracy of {@link #best}; NaN without validation examples. */
    public double bestAccuracy() {
        return bestAccuracy;
    }

    /** Epochs finished. */
    public int epoch() {
        return epoch;
    }

    /** Mean training loss of the last finished epoch, nats; NaN before. */
    public double trainLoss() {
        return trainLoss;
    }

    /** Score of the last finished validation. */
    public Score validation() {
        return last;
    }

    /**
     * What the last finished validation is judged by: the share classified rightly; of tokens the
     * geometric mean of the targets' probabilities, {@code exp(−loss)} or 1 / perplexity.
     */
    public double accuracy() {
        return network.spec().input().tokens() ? Math.exp(-last.loss()) : last.accuracy();
    }

    /** What it cost so far. */
    public Cost cost() {
        return cost;
    }

    /** Time spent in steps, in nanoseconds. */
    public long nanos() {
        return nanos;
    }
}
