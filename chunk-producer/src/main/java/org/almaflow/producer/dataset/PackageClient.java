package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs an installed package client such as npm. */
interface PackageClient {
    /**
     * Runs a command in a folder and returns when it has succeeded.
     *
     * @throws IOException when the program is not installed, fails or takes too long; the message
     *     is one line
     */
    void run(Path folder, List<String> command) throws IOException, InterruptedException;
}
