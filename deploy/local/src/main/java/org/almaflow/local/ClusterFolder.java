package org.almaflow.local;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which cluster of this machine. */
final class ClusterFolder {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "alma-cluster",
            description = "Folder (default: ${DEFAULT-VALUE}).")
    private Path dir;

    Path absolute() {
        return dir.toAbsolutePath().normalize();
    }

    /** As the user wrote it. */
    @Override
    public String toString() {
        return dir.toString();
    }
}
