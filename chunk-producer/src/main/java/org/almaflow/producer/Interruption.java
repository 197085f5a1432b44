package org.almaflow.producer;

/** Turns what clients throw when their thread is interrupted into Java's own exception. */
final class Interruption {

    private Interruption() {}

    /** Clears the thread's flag, as an InterruptedException does and Kafka's exceptions do not. */
    static InterruptedException of(RuntimeException thrown) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("stopped");
        interrupted.initCause(thrown);
        return interrupted;
    }
}
