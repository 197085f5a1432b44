package org.almaflow.local;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/** Where this program is installed. */
final class Installation {
    private static final String ENGINE = "alma.engine";

    private Installation() {}

    /** The engine that {@code --engine} asks for; empty: the experiment's. */
    static Optional<String> engine() {
        return Optional.ofNullable(System.getProperty(ENGINE));
    }

    static void choose(String engine) {
        System.setProperty(ENGINE, engine);
    }

    /** The folder that alma.jar lies in. */
    static Path folder() {
        try {
            return Path.of(
                            Installation.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                    .toAbsolutePath()
                    .getParent();
        } catch (URISyntaxException e) {
            throw new FailureException("cannot tell where alma.jar is", e);
        }
    }
}
