package org.almaflow.local;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where this program is installed. */
final class Installation {
    private Installation() {}

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
