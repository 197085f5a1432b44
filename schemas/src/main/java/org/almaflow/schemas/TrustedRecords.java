package org.almaflow.schemas;

import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Tells Avro that records of {@code org.almaflow} may be instantiated, so that no JVM flag is
 * needed.
 *
 * <p>Avro refuses specific records of packages it does not trust. What was trusted before stays
 * trusted. {@link RecordCodec} does this by itself; call {@link #trust()} early where Avro is used
 * without it.
 */
public final class TrustedRecords {

    private static final String PACKAGE = "org.almaflow.";
    private static boolean trusted;

    private TrustedRecords() {}

    /** Idempotent; takes effect for the whole process (for Avro's class loader). */
    public static synchronized void trust() {
        if (trusted) {
            return;
        }
        ClassSecurityPredicate ours = type -> type.getName().startsWith(PACKAGE);
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), ours));
        trusted = true;
    }
}
