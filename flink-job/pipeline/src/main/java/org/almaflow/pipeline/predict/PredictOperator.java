package org.almaflow.pipeline.predict;

import java.time.Clock;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.pipeline.metrics.JobMetric;
import org.almaflow.pipeline.metrics.Metrics;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.IOUtils;

/**
 * Answers the requests of the first input with the snapshots of the second, which is broadcast. A
 * bundle of requests is answered a moment after its first came and when the bundle before it is
 * committed, and is committed in a Kafka transaction of its own, together with the offsets: the job
 * has no checkpoints and no state, and a new attempt goes on after the last committed bundle. Emits
 * nothing. Owns engine, models and producer; all but the commits live in the task's thread.
 */
final class PredictOperator extends AbstractStreamOperator<RawSlice>
        implements TwoInputStreamOperator<RawSlice, RawSlice, RawSlice> {
    static {
        RecordType.trust();
    }

    private final PredictOptions options;
    private final long lingerMillis;
    private final transient MailboxExecutor mailbox;

    private transient Engine engine;
    private transient ModelShelf shelf;
    private transient AnswerTransactions transactions;
    private transient Commits commits;
    private transient SnapshotTopic snapshots;
    private transient RequestBundle bundle;
    private transient boolean timed;
    private transient boolean due;
    private transient Counter answers;
    private transient Counter bundles;

    PredictOperator(StreamOperatorParameters<RawSlice> parameters, PredictOptions options) {
        super(parameters);
        this.options = options;
        this.mailbox = parameters.getMailboxExecutor();
        this.lingerMillis = options.duration(PredictOption.LINGER).toMillis();
    }

    @Override
    public void open() throws Exception {
        super.open();
        Clock clock = Clock.systemUTC();
        int threads = options.count(PredictOption.ENGINE_THREADS);
        engine = Engines.find(options.engine()).open(new EngineOptions(threads, 0).adopting());
        int models = options.count(PredictOption.RESIDENT_MODELS);
        shelf = new ModelShelf(engine, ModelReader::fromStore, models, clock);
        int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        transactions = new AnswerTransactions(options, subtask);
        commits = new Commits(transactions);
        SnapshotDirectory directory = new SnapshotDirectory(options.learners());
        Answerer answerer =
                new Answerer(
                        directory, shelf, options.duration(PredictOption.MAX_MODEL_AGE), clock);
        bundle =
                new RequestBundle(
                        options.topics(),
                        answerer,
                        transactions,
                        options.count(PredictOption.BATCH),
                        clock);
        snapshots = new SnapshotTopic(directory);
        snapshots.catchUp(options);
        Metrics metrics = Metrics.ofPredictor(getMetricGroup());
        answers = metrics.counter(JobMetric.ANSWERS);
        bundles = metrics.counter(JobMetric.BUNDLES);
        metrics.gauge(JobMetric.RESIDENT_MODELS, shelf::size);
    }

    @Override
    public void processElement1(StreamRecord<RawSlice> request) throws Exception {
        bundle.add(request.getValue());
        if (bundle.isFull()) {
            commits.await();
            flush();
        } else if (!timed && !due && !bundle.isEmpty()) {
            timed = true;
            long now = getProcessingTimeService().getCurrentProcessingTime();
            var unused =
                    getProcessingTimeService().registerTimer(now + lingerMillis, t -> onTimer());
        }
    }

    @Override
    public void processElement2(StreamRecord<RawSlice> snapshot) {
        snapshots.adopt(snapshot.getValue());
    }

    private void onTimer() throws Exception {
        timed = false;
        due = !bundle.isEmpty();
        flushWhenDue();
    }

    private void flushWhenDue() throws Exception {
        if (commits.isIdle()) {
            commits.await();
            if (due) {
                flush();
            }
        }
    }

    private void flush() {
        due = false;
        RequestBundle.Answered answered = bundle.answer();
        answers.inc(answered.answers());
        bundles.inc();
        commits.begin(answered, () -> mailbox.execute(this::flushWhenDue, "bundle committed"));
    }

    @Override
    public void close() throws Exception {
        try {
            IOUtils.closeAll(commits, transactions, shelf, engine);
        } finally {
            super.close();
        }
    }
}
