package org.almaflow.pipeline.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SHA-256 sums that occur as text in bytes of any kind: checkpoints, records, logs. Whoever
 * refers to a file of the stores writes its sum, so this finds every reference without knowing a
 * format, and at worst one too many.
 */
final class FileNames {
    static final int SUM = 64;

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{" + SUM + ",}");
    private static final int BLOCK = 1 << 20;

    /** What one block shares with the next: a reference may lie across. */
    private static final int OVERLAP = 4 * SUM;

    private final NavigableSet<String> sums = new TreeSet<>();

    /** Takes note of what occurs in {@code bytes}. */
    void add(byte[] bytes, int count) {
        Matcher found = HEX.matcher(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
        while (found.find()) {
            String hex = found.group();
            // A byte beside a sum may look like a digit.
            for (int at = 0; at + SUM <= hex.length(); at++) {
                sums.add(hex.substring(at, at + SUM));
            }
        }
    }

    /** Reads to the end. */
    void add(InputStream in) throws IOException {
        byte[] block = new byte[OVERLAP + BLOCK];
        int kept = 0;
        for (int read = in.readNBytes(block, 0, BLOCK);
                read > 0;
                read = in.readNBytes(block, kept, BLOCK)) {
            int count = kept + read;
            add(block, count);
            kept = Math.min(OVERLAP, count);
            System.arraycopy(block, count - kept, block, 0, kept);
        }
    }

    /** Whether a sum occurs that begins with {@code prefix}. */
    boolean contains(String prefix) {
        String next = sums.ceiling(prefix);
        return next != null && next.startsWith(prefix);
    }
}
