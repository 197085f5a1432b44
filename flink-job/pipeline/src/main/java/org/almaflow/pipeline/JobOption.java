package org.almaflow.pipeline;

/**
 * Every option of the job, declared once: command line, validation and docs/options.md come from
 * here. Beside them, {@code --kafka.NAME VALUE} sets property NAME of every Kafka client.
 */
public enum JobOption implements Option {
    EXPERIMENT(
            "experiment",
            "Text of the experiment file, in base64, or where the JobManager finds the file, as"
                    + " file:///...",
            null),
    BOOTSTRAP_SERVERS("bootstrap-servers", "Kafka brokers to begin with, as HOST:PORT,...", null),
    STORAGE(
            "storage",
            "URI of the folder for chunk files, model files and the run's own files; every"
                    + " TaskManager must reach it.",
            null),
    RUN(
            "run",
            "Id of the run: letters, digits, '.', '_' and '-'. The same id continues the same"
                    + " run.",
            null),
    TOPIC_PREFIX("topic-prefix", "What the names of the topics begin with.", "alma"),
    FROM(
            "from",
            "Folder of a savepoint or checkpoint of the same run to go on from. Learners that it"
                + " does not have begin with the first arrival; state of learners that the"
                + " experiment does not have is dropped; a learner that has changed is refused.",
            ""),
    RESTART_LEARNER(
            "restart-learner",
            "Ids of learners, as A,B,..., to start anew from the first arrival instead of from the"
                    + " state in --from, for example because they have changed.",
            ""),
    BOUNDED(
            "bounded",
            "End by itself when every learner has evaluated the last chunk and everything is"
                    + " committed; a stream without an end goes on in any case.",
            "true"),
    CHECKPOINT_INTERVAL(
            "checkpoint-interval",
            "Time between checkpoints; events become visible with one.",
            "1 s"),
    CHECKPOINT_TIMEOUT(
            "checkpoint-timeout",
            "Time after which a checkpoint that is not complete is given up.",
            "4 min"),
    ASSEMBLY_TIMEOUT(
            "assembly-timeout",
            "How long a chunk may go without a new slice before it arrives with what it has,"
                    + " once later chunks have begun or the stream has ended.",
            "5 min"),
    ENGINE_THREADS(
            "engine-threads",
            "Computing threads of each Train subtask's engine; all jobs that train in one"
                    + " TaskManager at a time need the same number. auto: as many as make trainers"
                    + " x threads = cores of a TaskManager, at least 1, where trainers are the"
                    + " members of all the experiment's learners that can train at a time, however"
                    + " they are spread; a run that has begun keeps the number it had. Results"
                    + " repeat bit for bit only with the same number, so give one where runs are"
                    + " compared.",
            "auto"),
    NATIVE_MEMORY(
            "native-memory",
            "Memory outside the heap that the engine's arrays may take in one TaskManager, such as"
                    + " 2g; the TaskManager's taskmanager.memory.task.off-heap.size must be as"
                    + " much or more.",
            "unlimited"),
    LEARNER_SLOTS(
            "learner-slots",
            "Task slots that the learners are dealt to; a learner of more members takes as many as"
                    + " it has members. auto: what alma submit asks the cluster, as many as"
                    + " TaskManagers have a free one (with gpu: as free GPUs), so that they share"
                    + " the learners; where nobody asks, 1. each: one for every member, and one"
                    + " more. A number changes no result.",
            "auto"),
    GPU(
            "gpu",
            "Train on GPUs: slots of Train ask the cluster for one external resource 'gpu' each,"
                    + " and their engines are pinned to its device. Needs the engine's CUDA build.",
            "false"),
    ENGINE_TUNING(
            "engine-tuning",
            "Ways of engine torch to compute faster, as A,B,...: bf16 (products and convolutions in"
                    + " bfloat16), channels-last (layout of images). They change results.",
            ""),
    MEMBER_PARALLELISM(
            "member-parallelism",
            "Subtasks that the members of a learner are spread over, at most; results do not depend"
                    + " on it.",
            "64"),
    CONCURRENT_SESSIONS(
            "concurrent-sessions",
            "Sessions that train at the same time in one TaskManager, or on one GPU, at most; the"
                    + " others wait their turn, first come, first served. 'cores': as many as it"
                    + " has processor cores; 1 on a GPU.",
            "cores"),
    RESTART_ATTEMPTS(
            "restart-attempts", "Failures within an hour after which the job gives up.", "5"),
    RESTART_DELAY("restart-delay", "Pause before the first restart; it doubles up to 10 s.", "1 s"),
    TRANSACTION_TIMEOUT(
            "transaction-timeout",
            "Time after which Kafka aborts an output transaction; at most the brokers'"
                    + " transaction.max.timeout.ms, at least checkpoint-interval and"
                    + " checkpoint-timeout together, longer than any outage to survive.",
            "10 min"),
    KEEP_SNAPSHOTS(
            "keep-snapshots",
            "Newest snapshots of each learner whose model files are kept; older ones are deleted"
                    + " when no checkpoint names them.",
            "all");

    private final String key;
    private final String description;
    private final String defaultValue;

    JobOption(String key, String description, String defaultValue) {
        this.key = key;
        this.description = description;
        this.defaultValue = defaultValue;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public String defaultValue() {
        return defaultValue;
    }
}
