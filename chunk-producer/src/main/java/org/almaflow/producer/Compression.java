package org.almaflow.producer;

import java.util.Locale;

/** How slices are compressed on their way to the broker and there. */
public enum Compression {
    NONE,
    LZ4,
    ZSTD;

    /** The name Kafka uses. */
    public String kafkaName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
