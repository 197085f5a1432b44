package org.almaflow.observer.dashboard;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page has seen: the id of a server-sent event, which a browser sends back when it connects
 * again.
 *
 * @param epoch which board; another one counts its versions anew
 * @param run number of the run on that board, from 1; 0: none
 * @param version of the board
 */
record Cursor(String epoch, int run, long version) {
    /** Of a page that has seen nothing. */
    static final Cursor NONE = new Cursor("none", 0, 0);

    private static final Pattern TEXT = Pattern.compile("([0-9a-z]{1,20})-(\\d{1,9})-(\\d{1,18})");

    /** Reads what {@link #toString} wrote; empty when it is anything else. */
    static Optional<Cursor> parse(String text) {
        Matcher parts = TEXT.matcher(text == null ? "" : text);
        return parts.matches()
                ? Optional.of(
                        new Cursor(
                                parts.group(1),
                                Integer.parseInt(parts.group(2)),
                                Long.parseLong(parts.group(3))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return epoch + "-" + run + "-" + version;
    }
}
