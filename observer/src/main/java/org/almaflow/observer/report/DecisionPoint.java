package org.almaflow.observer.report;

/**
 * What a waiting policy decided.
 *
 * @param arrival newest arrival it knew
 * @param trains whether it opened a session; it held otherwise
 * @param reason in the policy's words; empty when only the decision is known
 */
public record DecisionPoint(long arrival, boolean trains, String reason) {}
