package org.almaflow.cluster;

import java.util.concurrent.CountDownLatch;

/** A process that says so and then waits to be ended. */
final class TestingSleeper {
    private TestingSleeper() {}

    public static void main(String[] args) throws InterruptedException {
        System.out.println("waits, " + String.join(" and ", args));
        new CountDownLatch(1).await();
    }
}
