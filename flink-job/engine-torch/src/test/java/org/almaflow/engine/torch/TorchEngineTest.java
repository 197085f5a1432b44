package org.almaflow.engine.torch;

import java.util.Set;
import org.almaflow.learning.engine.EngineContract;
import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.VggSpec;

class TorchEngineTest extends EngineContract {
    /** What docs/engines.md says that this engine has. */
    private static final Set<Class<?>> KINDS =
            Set.of(MlpSpec.class, MixtureMlpSpec.class, VggSpec.class);

    @Override
    protected EngineProvider provider() {
        return new TorchEngineProvider();
    }

    @Override
    protected boolean holdsFor(NetworkSpec spec) {
        NetworkSpec one = spec instanceof JointSpec joint ? joint.each() : spec;
        return KINDS.contains(one.getClass());
    }
}
