package org.almaflow.local;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Alma.class.getPackage().getImplementationVersion();
        String java = System.getProperty("java.version");
        return new String[] {
            "alma " + (version == null ? "(not packaged)" : version) + ", Java " + java
        };
    }
}
