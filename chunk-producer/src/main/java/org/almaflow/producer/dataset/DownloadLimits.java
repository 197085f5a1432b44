package org.almaflow.producer.dataset;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connect for the connection
 * @param answer from the request to the answer's first line, looking up the host's name included
 * @param stall without a single byte
 * @param attempts in all, each continuing where the one before was cut
 */
record DownloadLimits(Duration connect, Duration answer, Duration stall, int attempts) {
    /** Two addresses that nobody answers at are given up in 8 s. */
    static final DownloadLimits USUAL =
            new DownloadLimits(
                    Duration.ofSeconds(3), Duration.ofSeconds(4), Duration.ofSeconds(30), 5);
}
