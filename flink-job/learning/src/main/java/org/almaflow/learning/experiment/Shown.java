package org.almaflow.learning.experiment;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/**
 * Values of a YAML file in messages. A few lines of YAML can hold a value that contains itself, or
 * that is larger than any memory when it is written out; so no more is written than is shown.
 */
final class Shown {
    private static final int LONGEST = 60;
    private static final String REST = "...";

    private final StringBuilder text = new StringBuilder();

    private Shown() {}

    /** A value, texts in quotes, cut where it gets long. */
    static String value(Object value) {
        Shown shown = new Shown();
        if (value instanceof String) {
            shown.text.append('\'').append(value).append('\'');
        } else {
            shown.append(value);
        }
        boolean cut = shown.full();
        return cut
                ? shown.text.substring(0, LONGEST - REST.length()) + REST
                : shown.text.toString();
    }

    /** A key as text: whole, unless it is a collection. */
    static String key(Object key) {
        boolean collection = key instanceof Map || key instanceof Collection;
        return collection ? value(key) : String.valueOf(key);
    }

    private boolean full() {
        return text.length() > LONGEST;
    }

    /** Every level writes something, so that the depth is bounded as well. */
    private void append(Object value) {
        if (full()) {
            return;
        }
        if (value instanceof Map<?, ?> map) {
            text.append('{');
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            while (entries.hasNext() && !full()) {
                Map.Entry<?, ?> entry = entries.next();
                append(entry.getKey());
                text.append('=');
                append(entry.getValue());
                text.append(entries.hasNext() ? ", " : "");
            }
            text.append('}');
        } else if (value instanceof Collection<?> list) {
            text.append('[');
            Iterator<?> items = list.iterator();
            while (items.hasNext() && !full()) {
                append(items.next());
                text.append(items.hasNext() ? ", " : "");
            }
            text.append(']');
        } else {
            text.append(value);
        }
    }
}
