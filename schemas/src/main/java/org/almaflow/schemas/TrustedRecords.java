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

    private TrustedRecords() {}

    /**
     * Idempotent; takes effect for the whole process (for Avro's class loader). Where Avro outlives
     * the loader of this class it adds nothing to what is trusted already, which would keep the
     * loader of every job for ever.
     */
    public static synchronized void trust() {
        ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
        if (!before.isTrusted(TrustedRecords.class)) {
            ClassSecurityPredicate ours = type -> type.getName().startsWith(PACKAGE);
            ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(before, ours));
        }
    }
}
