package org.almaflow.learning.waiting;

/**
 * What a waiting policy decided.
 *
 * @param train open a session now
 * @param reason one phrase for a person who asks why
 */
public record Decision(boolean train, String reason) {}
