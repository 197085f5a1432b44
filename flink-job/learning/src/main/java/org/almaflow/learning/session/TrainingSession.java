package org.almaflow.learning.session;

import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.network.Tensors;

/**
 * One training run: epochs of shuffled mini-batches, each followed by a validation pass, until the
 * validation accuracy stops improving (SEMANTICS, early stop). Every learner of every family trains
 * in this loop.
 *
 * <p>Each {@link #step} does one mini-batch. The network and the sets belong to the caller; when
 * the session has ended, {@link #best} are the weights to deploy and the network still holds the
 * last ones.
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
    private int[] order;
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

    private void train() {
        int rows = sets.train().count();
        if (order == null) {
            order = Seeds.permutation(rows, epochSeed(Seeds.Purpose.SHUFFLE));
        }
        int to = Math.min(position + spec.batchSize(), rows);
        double loss = network.trainStep(sets.train(), order, position, to, augmentation());
        cost = cost.plusTraining(to - position, forwardMacs);
        if (!Double.isFinite(loss)) {
            ended =
                    "diverged: the loss is %s at example %d of epoch %d; a smaller learning rate may help"
                            .formatted(loss, position, epoch + 1);
            return;
        }
        lossSum += loss;
        position = to;
        if (position == rows) {
            trainLoss = lossSum / rows;
            validation = new Evaluation(sets.validation(), sets.validationLabels());
            if (validation.done()) {
                finishEpoch();
            }
        }
    }

    private void validate() {
        cost = cost.plusForward(validation.step(network), forwardMacs);
        if (validation.done()) {
            finishEpoch();
        }
    }

    /** Without validation examples every epoch is the best so far. */
    private void finishEpoch() {
        last = validation.score();
        epoch++;
        if (best == null || last.examples() == 0 || last.accuracy() > bestAccuracy + spec.delta()) {
            best = network.weights();
            bestAccuracy = last.accuracy();
            sinceBest = 0;
        } else {
            sinceBest++;
        }
        validation = null;
        order = null;
        position = 0;
        lossSum = 0;
        if (sinceBest >= spec.patience()) {
            ended = "no better validation accuracy for " + spec.patience() + " epochs";
        } else if (epoch >= spec.maxEpochs()) {
            ended = "max_epochs " + spec.maxEpochs() + " reached";
        }
    }

    private Augmentation augmentation() {
        return new Augmentation(spec.augment(), epochSeed(Seeds.Purpose.AUGMENT));
    }

    private long epochSeed(Seeds.Purpose purpose) {
        return Seeds.derive(seed, purpose, member, session, epoch);
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
            validation =
                    new Evaluation(
                            sets.validation(),
                            sets.validationLabels(),
                            state.validated(),
                            state.validating());
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

    /** Best weights so far; null when not one epoch was finished. */
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

    /** What it cost so far. */
    public Cost cost() {
        return cost;
    }

    /** Time spent in steps, in nanoseconds. */
    public long nanos() {
        return nanos;
    }
}
