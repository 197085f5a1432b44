package org.almaflow.learning.growth;

import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;

/** A network and its weights after growing. */
public record Grown(NetworkSpec spec, Tensors weights) {}
