package org.almaflow.learning.engine;

import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.VggSpec;

class TestingEngineTest extends EngineContract {
    @Override
    protected EngineProvider provider() {
        return new TestingEngineProvider();
    }

    /**
     * Convolutions run here by the reference definition itself, so holding them against it would
     * say nothing, and take minutes.
     */
    @Override
    protected boolean holdsFor(NetworkSpec spec) {
        NetworkSpec one = spec instanceof JointSpec joint ? joint.each() : spec;
        return !(one instanceof VggSpec);
    }
}
