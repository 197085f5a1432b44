package org.almaflow.pipeline;

import java.io.IOException;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.pipeline.member.TrainOperatorFactory;
import org.almaflow.pipeline.store.RunStore;

/**
 * How many threads each engine of a run computes with. All engines of a JVM must agree, and results
 * depend on it: neither where and how members are spread nor learners that are added later count.
 */
public final class EngineThreads {
    private EngineThreads() {}

    /**
     * The option's number; where it leaves the choice, the one that the run has already, or else so
     * many that trainers x threads are the cores, at least one. It becomes the run's.
     *
     * @param cores processors that the JVM may use
     */
    public static int of(Experiment experiment, JobOptions options, int cores) throws IOException {
        RunStore run = new RunStore(options.storage(), options.run());
        if (options.engineThreads() != JobOptions.CHOOSE) {
            run.setEngineThreads(options.engineThreads());
            return options.engineThreads();
        }
        int trainers =
                experiment.learners().stream().mapToInt(TrainOperatorFactory::trainers).sum();
        return run.engineThreads(Math.max(1, cores / trainers));
    }
}
