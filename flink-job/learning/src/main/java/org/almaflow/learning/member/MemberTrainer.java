package org.almaflow.learning.member;

import java.io.IOException;
import java.util.Optional;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.experiment.LearnerCheck;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.growth.Grown;
import org.almaflow.learning.growth.Growth;
import org.almaflow.learning.growth.GrowthSite;
import org.almaflow.learning.member.MemberState.Stage;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.Evaluation;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Seeds;
import org.almaflow.learning.session.TrainingSession;
import org.almaflow.learning.session.TrainingSets;

/**
 * One member of a learner as a state machine: takes directives in order, does them in bounded steps
 * and reports to a listener. Owns its network and example sets on an engine it does not own. Not
 * thread-safe: the thread that made it calls it.
 *
 * <p>Before the directive of an arrival it predicts the arrival's chunk, when it was told to. For a
 * directive that trains it reads the chunks (one a step; pieces of them all along where they are
 * more than its learner's memory), trains (one mini-batch a step), stores the model and evaluates
 * it on the holdout (one mini-batch a step); then it reports the result. A directive that holds
 * repeats the last score. After {@link #restore} it reads its files again and goes on with the same
 * mini-batch.
 */
public final class MemberTrainer implements AutoCloseable {
    private final LearnerSpec learner;
    private final int member;
    private final Engine engine;
    private final ChunkReader chunks;
    private final ModelFiles models;
    private final MemberListener listener;
    private final MemorySets memorySets;
    private final ChunkPredictions predictions;

    private MemberState state = new MemberState();
    private Network network;
    private Holdout holdout;
    private TrainingSets sets;
    private Growth growth;
    private TrainingSession session;
    private Evaluation evaluation;

    /** Of the steps of this object. */
    private Cost worked = Cost.NONE;

    /** Most bytes that this session has held, since the member was made or restored. */
    private long peakBytes;

    /**
     * Makes a member that has not done anything yet.
     *
     * @param experimentSeed what the split of chunks into training and validation is derived from
     */
    public MemberTrainer(
            long experimentSeed,
            LearnerSpec learner,
            int member,
            Engine engine,
            ChunkReader chunks,
            ModelFiles models,
            MemberListener listener) {
        this.learner = learner;
        this.member = member;
        this.engine = engine;
        this.chunks = new LastChunk(chunks);
        this.models = models;
        this.listener = listener;
        this.memorySets = new MemorySets(engine, this.chunks, learner, experimentSeed);
        this.predictions =
                new ChunkPredictions(
                        learner.family(), engine, this.chunks, models, learner.memory());
    }

    /**
     * Queues the prediction of a chunk that has arrived: made with the model that is deployed when
     * every directive queued before is done, and part of the result of that arrival.
     */
    public void predict(ChunkRef chunk) {
        predictions.add(chunk);
    }

    /** The prediction of a chunk; empty before it is made and after the arrival's result. */
    public Optional<Prediction> prediction(long chunk) {
        return predictions.of(chunk);
    }

    /** Queues a directive behind those already queued. */
    public void enqueue(Directive directive) {
        state.queue.add(directive);
    }

    /** Whether {@link #step} has something to do. */
    public boolean hasWork() {
        return state.current != null || !state.queue.isEmpty() || predictionDue();
    }

    private boolean predictionDue() {
        Directive next = state.queue.peek();
        return state.current == null
                && predictions.due(next == null ? Long.MAX_VALUE : next.arrival());
    }

    /** Index of the session that the next step works on; 0 when it does something else. */
    public long sessionAhead() {
        Directive directive = state.current == null ? state.queue.peek() : state.current;
        boolean ready = state.holdout == null || holdout != null;
        boolean trains = directive != null && directive.train() && ready && !predictionDue();
        boolean ended = state.stage == Stage.STORE || state.stage == Stage.EVALUATE;
        return trains && !(ended && state.current != null) ? directive.session() : 0;
    }

    /** Epochs finished in the session in progress; 0 when none is. */
    int epochs() {
        return session == null ? 0 : session.epoch();
    }

    /** Whether the last finished epoch of the session in progress was its best. */
    boolean improved() {
        return session.sinceBest() == 0;
    }

    /** Ends the session in progress after its last finished epoch. */
    void endSession(String reason) {
        session.end(reason);
        closeSession();
    }

    /** Cost of all steps since the member was made or restored, whatever became of them. */
    public Cost worked() {
        return worked;
    }

    /** Of all sessions, the one in progress included; one that waits to go on is not known. */
    private Cost total() {
        Cost open = session != null ? session.cost() : growth != null ? growth.cost() : Cost.NONE;
        return state.cost.plus(open);
    }

    /**
     * Does one bounded unit of work: at most one mini-batch, one file or one model to store.
     *
     * @throws IOException when a chunk cannot be read or a model not be stored; the state is still
     *     that before the step
     */
    public void step() throws IOException {
        boolean goesOn = state.resume != null || state.growth != null;
        Cost before = total();
        work();
        if (!goesOn) {
            worked = worked.plus(total().minus(before));
        }
    }

    private void work() throws IOException {
        if (state.holdout != null && holdout == null) {
            recover();
            return;
        }
        if (predictionDue()) {
            predictions.step(network, state.deployed.tensors());
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
            case GROW -> grow();
            case TRAIN -> train();
            case STORE -> store();
            case EVALUATE -> evaluate();
        }
    }

    /** After a restart: reads the files that the state refers to, then the holdout. */
    private void recover() throws IOException {
        boolean toRead =
                state.deployed.tensors() == null
                        || (state.ensemble != null && state.ensemble.sum() == null);
        if (toRead) {
            state.deployed =
                    state.deployed.load(models, state.network, seed(Seeds.Purpose.WEIGHTS, 0));
            state.ensemble = state.ensemble == null ? null : state.ensemble.load(models);
        } else {
            holdout = Holdout.open(engine, chunks, state.holdout);
            deploy(state.network, state.deployed);
        }
    }

    private void load() throws IOException {
        if (state.current.arrival() == 0) {
            begin(state.current.chunks().get(0));
            return;
        }
        double validation = learner.training().validation();
        if (state.memory.session() != state.current.session()) {
            long session = state.current.session();
            // Not the member's: all members of a learner remember the same.
            long seed = Seeds.derive(learner.seed(), Seeds.Purpose.REPLAY, session);
            state.memory =
                    state.memory.next(
                            session, state.current.chunks(), learner.replay(), validation, seed);
        }
        if (sets == null) {
            sets = memorySets.open(state.memory, holdout);
            peakBytes = 0;
        }
        if (!sets.ready()) {
            sets.load();
        }
        measure();
        if (sets.ready()) {
            if (state.resume == null && learner.family().growsBefore(state.current.session())) {
                state.stage = Stage.GROW;
            } else {
                openSession(Cost.NONE, 0);
            }
        }
    }

    /**
     * Notes what the session holds now: its networks, their weights to go back to, and its sets.
     */
    private void measure() {
        long weights = network.spec().values() * Float.BYTES;
        boolean better = session != null && session.best() != null;
        long held = network.bytes() + sets.bytes() + (better ? 2 : 1) * weights;
        peakBytes = Math.max(peakBytes, held + (growth == null ? 0 : growth.bytes()));
    }

    private void begin(ChunkRef ref) throws IOException {
        holdout = Holdout.open(engine, chunks, ref);
        LearnerCheck.requireFit(learner, holdout.input(), holdout.classes());
        state.holdout = ref;
        NetworkSpec spec =
                learner.family().start(learner.network(), holdout.input(), holdout.classes());
        deploy(spec, Deployed.initial(Tensors.initial(spec, seed(Seeds.Purpose.WEIGHTS, 0))));
        state.stage = Stage.EVALUATE;
    }

    /** Makes the network of {@code spec}, in the place of another one if there is one. */
    private void deploy(NetworkSpec spec, Deployed weights) {
        if (network != null) {
            network.close();
        }
        network = engine.network(spec);
        network.load(weights.tensors());
        state.network(spec);
        state.deployed = weights;
    }

    private long seed(Seeds.Purpose purpose, long session) {
        return Seeds.derive(learner.seed(), purpose, member, session);
    }

    /** Does the next step of growing; after the last one keeps what grew and opens the session. */
    private void grow() throws IOException {
        if (growth == null) {
            growth = openGrowth();
            state.growth = null;
        }
        if (!growth.done()) {
            if (growth.ready()) {
                growth.step();
            } else {
                growth.load();
            }
            measure();
            return;
        }
        Grown grown = growth.grown();
        byte[] file = Safetensors.write(new Safetensors.Model(grown.spec(), grown.weights()));
        Deployed kept =
                Deployed.inState(grown.weights()).in(models.keep(learner.id(), member, file));
        Cost cost = growth.cost();
        long nanos = growth.nanos();
        growth.close();
        growth = null;
        deploy(grown.spec(), kept);
        openSession(cost, nanos);
    }

    private Growth openGrowth() throws IOException {
        long index = state.current.session();
        GrowthSite site =
                new GrowthSite(
                        engine,
                        network,
                        state.deployed.tensors(),
                        sets,
                        learner.training(),
                        index,
                        seed(Seeds.Purpose.GROWTH, index));
        return state.growth == null
                ? Growth.begin(learner.family(), site)
                : Growth.resume(learner.family(), site, MemberState.input(state.growth));
    }

    private void openSession(Cost grown, long grownNanos) {
        state.stage = Stage.TRAIN;
        long index = state.current.session();
        TrainingSpec training =
                learner.family().stopsTogether()
                        ? learner.training().withPatience(Integer.MAX_VALUE)
                        : learner.training();
        if (state.resume != null) {
            session =
                    TrainingSession.resume(
                            network, training, sets, learner.seed(), member, index, state.resume);
            state.resume = null;
            return;
        }
        if (startsAnew()) {
            network.load(Tensors.initial(network.spec(), seed(Seeds.Purpose.WEIGHTS, index)));
        }
        session =
                TrainingSession.open(
                        network, training, sets, learner.seed(), member, index, grown, grownNanos);
        listener.onSession(session(SessionReport.Phase.OPENED, state.current.reason()));
    }

    private boolean startsAnew() {
        return learner.training().start() == TrainingSpec.Start.SCRATCH
                || (learner.family() instanceof Family.GrowingEnsemble growing && !growing.warm());
    }

    private void train() throws IOException {
        if (!session.ready()) {
            session.load();
            measure();
            return;
        }
        int epoch = session.epoch();
        session.step();
        measure();
        if (session.epoch() > epoch) {
            listener.onSession(session(SessionReport.Phase.EPOCH, ""));
        }
        if (session.ended()) {
            closeSession();
        }
    }

    /** A session without best weights, which has diverged, leaves the old ones in place. */
    private void closeSession() {
        listener.onSession(session(SessionReport.Phase.CLOSED, session.endReason()));
        state.session = state.current.session();
        state.epochs += session.epoch();
        state.cost = state.cost.plus(session.cost());
        state.nanos += session.nanos();
        boolean trained = session.best() != null;
        if (trained) {
            state.deployed = Deployed.inState(session.best());
            state.validationAccuracy = session.bestAccuracy();
        }
        network.load(state.deployed.tensors());
        session = null;
        sets.close();
        sets = null;
        if (trained) {
            state.stage = Stage.STORE;
        } else if (learner.family().members() > 1) {
            state.stage = Stage.EVALUATE; // the other members' predictions wait for this one's
        } else {
            report();
        }
    }

    private void store() throws IOException {
        Tensors weights = state.deployed.tensors();
        byte[] file = Safetensors.write(new Safetensors.Model(network.spec(), weights));
        ModelRef stored = models.store(learner.id(), member, file);
        state.deployed = state.deployed.in(stored);
        state.model = Optional.of(stored);
        predictions.deployed(stored);
        state.stage = Stage.EVALUATE;
    }

    private void evaluate() throws IOException {
        Optional<Averaging> averaging = learner.family().averaging();
        if (evaluation == null) {
            evaluation = holdout.evaluation(averaging.isPresent());
        }
        evaluation.step(network);
        if (evaluation.done()) {
            state.score = evaluation.score();
            if (averaging.isPresent()) {
                predict(averaging.get(), evaluation.kept());
            }
            evaluation = null;
            report();
        }
    }

    /** An ensemble's members send their predictions; a growing one adds them up itself. */
    private void predict(Averaging averaging, float[] kept) throws IOException {
        PredictionSum own =
                PredictionSum.ofKept(averaging, holdout.input(), holdout.classes(), kept);
        if (learner.family().members() > 1) {
            state.predictions = Optional.of(own);
        } else if (state.current.arrival() > 0) {
            PredictionSum all = state.ensemble == null ? own : state.ensemble.sum().plus(own);
            state.ensemble = Ensemble.kept(all, models, learner.id(), member);
            state.score = all.score(holdout.labels());
        }
    }

    private void report() {
        Prediction prediction = predictions.take(state.current.arrival());
        listener.onResult(state.result(member, prediction, predictions.macs()));
        state.model = Optional.empty();
        state.predictions = Optional.empty();
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
                session.accuracy(),
                session.bestAccuracy(),
                session.cost(),
                session.nanos() / 1e9,
                peakBytes);
    }

    /** The whole state as it is now; it stays as it is while this member works on. */
    public MemberSnapshot snapshot() throws IOException {
        MemberState now = state.copy();
        if (session != null) {
            now.resume = session.export();
        }
        if (growth != null) {
            now.growth = MemberState.bytes(growth::write);
        }
        if (now.stage == Stage.TRAIN || now.stage == Stage.GROW) {
            // Chunks are read again after a restart, whether growing or training had begun or not.
            now.stage = Stage.LOAD;
        }
        now.chunkPredictions = predictions.state();
        return new MemberSnapshot(now);
    }

    /** Takes over a snapshot; only on a member that has not worked yet. */
    public void restore(MemberSnapshot snapshot) {
        if (network != null || hasWork()) {
            throw new IllegalStateException("a member restores its state before it works");
        }
        state = snapshot.toState();
        predictions.restore(state.chunkPredictions);
    }

    /** Frees the network and the example sets. */
    @Override
    public void close() {
        if (growth != null) {
            growth.close();
        }
        if (sets != null) {
            sets.close();
        }
        if (holdout != null) {
            holdout.close();
        }
        predictions.close();
        if (network != null) {
            network.close();
        }
    }
}
