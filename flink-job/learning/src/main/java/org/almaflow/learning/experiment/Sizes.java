package org.almaflow.learning.experiment;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as experiments write them: {@code 1000000}, {@code 64M}, {@code 2G}. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})\\s*([kmgt]?)i?b?");
    private static final int STEP = 10;

    private Sizes() {}

    /**
     * Bytes; K, M, G and T are powers of 1,024.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    static long bytes(Object value) {
        String text = String.valueOf(value).strip().toLowerCase(Locale.ROOT);
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw wrong(value);
        }
        int power = " kmgt".indexOf(size.group(2).isEmpty() ? " " : size.group(2));
        long number = Long.parseLong(size.group(1));
        long most = Long.MAX_VALUE >> (STEP * power);
        if (number < 1 || number > most) {
            throw wrong(value);
        }
        return number << (STEP * power);
    }

    private static IllegalArgumentException wrong(Object value) {
        return new IllegalArgumentException(
                "'%s' is not a size; write a number of bytes from 1, or one with K, M, G or T such as 512M"
                        .formatted(value));
    }
}
