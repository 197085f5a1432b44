package org.almaflow.producer.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.almaflow.schemas.FeatureSpec;

/** Short content hash of a data set: the first 16 hex digits of SHA-256 over spec and tables. */
final class Fingerprint {
    private static final int DIGITS = 16;

    private Fingerprint() {}

    static String of(FeatureSpec spec, ExampleTable train, ExampleTable holdout) {
        MessageDigest digest = Sha256.digest();
        add(digest, canonical(spec).getBytes(StandardCharsets.UTF_8));
        add(digest, train);
        add(digest, holdout);
        return Sha256.hex(digest).substring(0, DIGITS);
    }

    /** Written out here, so that a field added to the schema changes no fingerprint. */
    private static String canonical(FeatureSpec spec) {
        return Stream.of(
                        spec.getElementType(),
                        spec.getShape(),
                        spec.getTarget(),
                        spec.getClasses(),
                        spec.getClassNames(),
                        spec.getMean(),
                        spec.getStd(),
                        spec.getVocabulary())
                .map(String::valueOf)
                .collect(Collectors.joining("\n"));
    }

    private static void add(MessageDigest digest, ExampleTable table) {
        add(digest, table.features());
        ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * table.size());
        labels.asIntBuffer().put(table.labels());
        add(digest, labels.array());
    }

    /** Length first, so that bytes cannot move from one part to the next unnoticed. */
    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, part.length));
        digest.update(part);
    }
}
