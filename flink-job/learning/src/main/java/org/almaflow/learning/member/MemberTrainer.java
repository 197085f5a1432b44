package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.member.MemberState.Stage;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.Evaluation;
import org.almaflow.learning.session.Score;
import org.almaflow.learning.session.Seeds;
import org.almaflow.learning.session.Split;
import org.almaflow.learning.session.TrainingSession;
import org.almaflow.learning.session.TrainingSets;

/**
 * One member of a learner as a state machine: takes directives in order, does them in bounded steps
 * and reports to a listener. Owns its network and example sets on an engine it does not own. Not
 * thread-safe: the thread that made it calls it.
 *
 * <p>For a directive that trains it reads the chunks (one a step), trains (one mini-batch a step),
 * stores the model and evaluates it on the holdout (one mini-batch a step); then it reports the
 * result. A directive that holds repeats the last score. After {@link #restore} it reads its files
 * again and goes on with the same mini-batch.
 */
public final class MemberTrainer implements AutoCloseable {
    private final long experimentSeed;
    private final LearnerSpec learner;
    private final int member;
    private final Engine engine;
    private final ChunkReader chunks;
    private final ModelWriter models;
    private final MemberListener listener;

    private MemberState state = new MemberState();
    private Network network;
    private ExampleSet holdout;
    private int[] holdoutLabels;
    private final List<Split> loaded = new ArrayList<>();
    private TrainingSets sets;
    private TrainingSession session;
    private Evaluation evaluation;

    /**
     * Makes a member that has not done anything yet.
     *
     * @param experimentSeed what the split of chunks into training and validation is derived from
     */
    public static MemberTrainer create(
            long experimentSeed,
            LearnerSpec learner,
            int member,
            Engine engine,
            ChunkReader chunks,
            ModelWriter models,
            MemberListener listener) {
        return new MemberTrainer(experimentSeed, learner, member, engine, chunks, models, listener);
    }

    private MemberTrainer(
            long experimentSeed,
            LearnerSpec learner,
            int member,
            Engine engine,
            ChunkReader chunks,
            ModelWriter models,
            MemberListener listener) {
        this.experimentSeed = experimentSeed;
        this.learner = learner;
        this.member = member;
        this.engine = engine;
        this.chunks = chunks;
        this.models = models;
        this.listener = listener;
    }

    /** Queues a directive behind those already queued. */
    public void enqueue(Directive directive) {
        state.queue.add(directive);
    }

    /** Whether {@link #step} has something to do. */
    public boolean hasWork() {
        return state.current != null || !state.queue.isEmpty();
    }

    /**
     * Does one bounded unit of work: at most one mini-batch, one file or one model to store.
     *
     * @throws IOException when a chunk cannot be read or a model not be stored; the state is still
     *     that before the step
     */
    public void step() throws IOException {
        if (state.holdout != null && holdout == null) {
            openHoldout(state.holdout);
            network.load(state.deployed);
            return;
        }
        if (state.current == null) {
            state.current = state.queue.remove();
            state.stage = Stage.LOAD;
        }
        boolean holds = state.current.arrival() > 0 && !state.current.train();
        if (holds) {
            report();
            return;
        }
        switch (state.stage) {
            case LOAD -> load();
            case TRAIN -> train();
            case STORE -> store();
            case EVALUATE -> evaluate();
        }
    }

    private void load() throws IOException {
        ChunkRef ref = state.current.chunks().get(loaded.size());
        if (state.current.arrival() == 0) {
            openHoldout(ref);
            network.load(initialWeights(0));
            state.deployed = network.weights();
            state.holdout = ref;
            state.stage = Stage.EVALUATE;
            return;
        }
        Examples examples = chunks.read(ref);
        double share = learner.training().validation();
        loaded.add(Split.of(examples, ref.chunk(), share, experimentSeed));
        if (loaded.size() == state.current.chunks().size()) {
            sets = TrainingSets.upload(engine, loaded);
            loaded.clear();
            state.stage = Stage.TRAIN;
            openSession();
        }
    }

    private void openHoldout(ChunkRef ref) throws IOException {
        Examples examples = chunks.read(ref);
        holdout = engine.upload(examples);
        holdoutLabels = examples.labels();
        network = engine.network(learner.network().on(examples.input(), examples.classes()));
    }

    private Tensors initialWeights(long session) {
        long seed = Seeds.derive(learner.seed(), Seeds.Purpose.WEIGHTS, member, session);
        return Tensors.initial(network.spec(), seed);
    }

    private void openSession() {
        long index = state.current.session();
        TrainingSpec training = learner.training();
        if (state.resume != null) {
            session =
                    TrainingSession.resume(
                            network, training, sets, learner.seed(), member, index, state.resume);
            state.resume = null;
            return;
        }
        if (training.start() == TrainingSpec.Start.SCRATCH) {
            network.load(initialWeights(index));
        }
        session = TrainingSession.open(network, training, sets, learner.seed(), member, index);
        listener.onSession(session(SessionReport.Phase.OPENED, state.current.reason()));
    }

    private void train() {
        int epoch = session.epoch();
        session.step();
        if (session.epoch() > epoch) {
            listener.onSession(session(SessionReport.Phase.EPOCH, ""));
        }
        if (session.ended()) {
            closeSession();
        }
    }

    /** A session that diverged before its first epoch ended leaves the old weights in place. */
    private void closeSession() {
        listener.onSession(session(SessionReport.Phase.CLOSED, session.endReason()));
        state.session = state.current.session();
        state.epochs += session.epoch();
        state.cost = state.cost.plus(session.cost());
        state.nanos += session.nanos();
        boolean trained = session.best() != null;
        if (trained) {
            state.deployed = session.best();
            state.validationAccuracy = session.bestAccuracy();
        }
        network.load(state.deployed);
        session = null;
        sets.close();
        sets = null;
        if (trained) {
            state.stage = Stage.STORE;
        } else {
            report();
        }
    }

    private void store() throws IOException {
        byte[] file = Safetensors.write(new Safetensors.Model(network.spec(), state.deployed));
        state.model = Optional.of(models.store(learner.id(), member, file));
        state.stage = Stage.EVALUATE;
    }

    private void evaluate() {
        if (evaluation == null) {
            evaluation = new Evaluation(holdout, holdoutLabels, state.evaluated, state.evaluating);
        }
        evaluation.step(network);
        state.evaluated = evaluation.position();
        state.evaluating = evaluation.score();
        if (evaluation.done()) {
            state.score = evaluation.score();
            evaluation = null;
            state.evaluated = 0;
            state.evaluating = Score.NONE;
            report();
        }
    }

    private void report() {
        NetworkSpec spec = network.spec();
        listener.onResult(state.result(spec));
        state.model = Optional.empty();
        state.current = null;
    }

    private SessionReport session(SessionReport.Phase phase, String reason) {
        return new SessionReport(
                phase,
                state.current.session(),
                state.current.arrival(),
                reason,
                state.current.chunks().stream().map(ChunkRef::chunk).toList(),
                sets.train().count(),
                sets.validation().count(),
                session.epoch(),
                learner.training().maxEpochs(),
                session.trainLoss(),
                session.validation().loss(),
                session.validation().accuracy(),
                session.bestAccuracy(),
                session.cost(),
                session.nanos() / 1e9);
    }

    /** Writes the whole state: queue, weights, optimiser, position. */
    public void write(DataOutput out) throws IOException {
        if (session != null) {
            state.resume = session.export();
        }
        Stage stage = state.stage;
        // Chunks are read again after a restart, whether training had begun or not.
        state.stage = stage == Stage.TRAIN ? Stage.LOAD : stage;
        state.write(out);
        state.stage = stage;
        state.resume = session == null ? state.resume : null;
    }

    /** Reads what {@link #write} wrote; only on a member that has not worked yet. */
    public void restore(DataInput in) throws IOException {
        if (network != null || hasWork()) {
            throw new IllegalStateException("a member restores its state before it works");
        }
        state = MemberState.read(in);
    }

    /** Frees the network and the example sets. */
    @Override
    public void close() {
        if (sets != null) {
            sets.close();
        }
        if (holdout != null) {
            holdout.close();
        }
        if (network != null) {
            network.close();
        }
    }
}
