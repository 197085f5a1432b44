package org.almaflow.learning.growth;

import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.TrainingSets;

/**
 * Where a network grows: what a member has at the beginning of a session. All of it belongs to the
 * member.
 *
 * @param network holds {@code weights}; growing does not change it
 * @param sets of the session that follows
 * @param session index of that session, from 1
 * @param seed of everything random in this growth
 */
public record GrowthSite(
        Engine engine,
        Network network,
        Tensors weights,
        TrainingSets sets,
        TrainingSpec training,
        long session,
        long seed) {}
