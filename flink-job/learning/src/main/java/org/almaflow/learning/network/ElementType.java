package org.almaflow.learning.network;

/** Type of one element of an example as it travels and as chunk files hold it (little-endian). */
public enum ElementType {
    UINT8(1),
    FLOAT32(4),
    INT32(4),
    /** An int32 that names a token: the target of token i of an example is token i + 1. */
    TOKEN(4);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }
}
