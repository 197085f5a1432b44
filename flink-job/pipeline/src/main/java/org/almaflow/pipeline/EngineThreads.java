package org.almaflow.pipeline;

import org.almaflow.learning.experiment.Experiment;

/**
 * How many threads each engine of a JVM computes with. All engines of a JVM must agree, so this
 * depends on nothing but the job and the TaskManager.
 */
public final class EngineThreads {
    private EngineThreads() {}

    /**
     * The option's number; where it leaves the choice, so many that trainers x threads are the
     * cores, at least one. Trainers are the Train subtasks that can share the JVM.
     *
     * @param slots task slots of the TaskManager
     * @param cores processors that the JVM may use
     */
    public static int of(Experiment experiment, JobOptions options, int slots, int cores) {
        if (options.engineThreads() != JobOptions.CHOOSE) {
            return options.engineThreads();
        }
        // No more than that: a number of slots that was chosen must not change results.
        int inASlot = options.learnerSlots() == JobOptions.EACH ? 1 : experiment.learners().size();
        int trainers = Math.min(AlmaflowJob.trainers(experiment, options), slots * inASlot);
        return Math.max(1, cores / trainers);
    }
}
