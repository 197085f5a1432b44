package org.almaflow.pipeline.member;

import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.schemas.SessionEvent;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.util.OutputTag;

/** Makes Train, which needs the task's mailbox, and keeps it in a task of its own. */
public final class TrainOperatorFactory extends AbstractStreamOperatorFactory<MemberOutcome>
        implements OneInputStreamOperatorFactory<MemberDirective, MemberOutcome> {
    /** Where session events come out. */
    public static final OutputTag<SessionEvent> SESSIONS = TrainOperator.SESSIONS;

    private final LearnerHandle handle;

    public TrainOperatorFactory(LearnerHandle handle) {
        this.handle = handle;
        this.chainingStrategy = ChainingStrategy.NEVER;
    }

    /** Subtasks of a learner's Train. */
    public static int subtasks(LearnerSpec learner, JobOptions options) {
        return Math.min(trainers(learner), options.memberParallelism());
    }

    /** Members that can train at the same time. */
    public static int trainers(LearnerSpec learner) {
        return isOneSubtask(learner) ? 1 : learner.family().members();
    }

    /** Whether a learner's members have to be beside each other: they stop or decide together. */
    static boolean isOneSubtask(LearnerSpec learner) {
        return learner.family().stopsTogether() || learner.waiting().needsFeedback();
    }

    @Override
    @SuppressWarnings({
        "unchecked",
        "TypeParameterUnusedInFormals"
    }) // the interface leaves the operator's type to the caller
    public <T extends StreamOperator<MemberOutcome>> T createStreamOperator(
            StreamOperatorParameters<MemberOutcome> parameters) {
        return (T) new TrainOperator(parameters, handle);
    }

    @Override
    @SuppressWarnings("rawtypes") // as the interface has it
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return TrainOperator.class;
    }
}
