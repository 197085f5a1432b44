package org.almaflow.observer.export;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A strict reader of TFRecord frames, with a CRC32C of its own that goes bit by bit: nothing of it
 * is shared with what writes them.
 */
final class TestingTfRecords {
    private static final int REFLECTED_CASTAGNOLI = 0x82F63B78;
    private static final int MASK_DELTA = 0xA282EAD8;

    private TestingTfRecords() {}

    static List<byte[]> read(InputStream file) throws IOException {
        List<byte[]> records = new ArrayList<>();
        DataInputStream in = new DataInputStream(file);
        for (byte[] length = in.readNBytes(8); length.length > 0; length = in.readNBytes(8)) {
            check(length, in);
            long bytes = 0;
            for (int i = 7; i >= 0; i--) {
                bytes = bytes << 8 | (length[i] & 0xff);
            }
            byte[] record = new byte[Math.toIntExact(bytes)];
            in.readFully(record);
            check(record, in);
            records.add(record);
        }
        return records;
    }

    private static void check(byte[] bytes, DataInputStream in) throws IOException {
        int crc = crc(bytes);
        int masked = (crc >>> 15 | crc << 17) + MASK_DELTA;
        if (Integer.reverseBytes(in.readInt()) != masked) {
            throw new IOException("the check sum of " + bytes.length + " bytes is wrong");
        }
    }

    private static int crc(byte[] bytes) {
        int crc = ~0;
        for (byte one : bytes) {
            crc ^= one & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : REFLECTED_CASTAGNOLI);
            }
        }
        return ~crc;
    }
}
