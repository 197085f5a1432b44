package org.almaflow.learning.family;

/** What is averaged when several networks predict together. */
public enum Averaging {
    PROBABILITIES,
    LOGITS
}
