package org.almaflow.observer.export;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes TensorBoard's event file: messages {@code tensorflow.Event} in TFRecord frames, which are
 * the length, its masked CRC32C, the message and its masked CRC32C, little-endian. Field numbers
 * are those of TensorFlow's {@code event.proto} and {@code summary.proto}.
 */
final class EventFile {
    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE_VALUE = 2;

    private final OutputStream out;

    /** Begins the file with the record that says what it is. */
    EventFile(OutputStream out, Instant begin) throws IOException {
        this.out = out;
        frame(
                message(
                        event -> {
                            event.writeDouble(EVENT_WALL_TIME, seconds(begin));
                            event.writeString(EVENT_FILE_VERSION, "brain.Event:2");
                        }));
    }

    /** Adds the metrics after one arrival, which is their step; values as floats. */
    void add(TrackedRun.Point point) throws IOException {
        frame(
                message(
                        event -> {
                            event.writeDouble(EVENT_WALL_TIME, seconds(point.at()));
                            event.writeInt64(EVENT_STEP, point.arrival());
                            event.writeByteArray(EVENT_SUMMARY, summary(point.metrics()));
                        }));
    }

    private static byte[] summary(Map<String, Double> metrics) throws IOException {
        return message(
                summary -> {
                    for (Map.Entry<String, Double> metric : metrics.entrySet()) {
                        summary.writeByteArray(
                                SUMMARY_VALUE, value(metric.getKey(), metric.getValue()));
                    }
                });
    }

    private static byte[] value(String tag, double number) throws IOException {
        return message(
                value -> {
                    value.writeString(VALUE_TAG, tag);
                    value.writeFloat(VALUE_SIMPLE_VALUE, (float) number);
                });
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1e3;
    }

    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream message) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream message = CodedOutputStream.newInstance(bytes);
        fields.write(message);
        message.flush();
        return bytes.toByteArray();
    }

    private void frame(byte[] message) throws IOException {
        byte[] length = little(Long.BYTES).putLong(message.length).array();
        out.write(length);
        out.write(masked(length));
        out.write(message);
        out.write(masked(message));
    }

    private static byte[] masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        int sum = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
        return little(Integer.BYTES).putInt(sum).array();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
