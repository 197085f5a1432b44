package org.almaflow.observer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of cells with columns as wide as their widest cell, two blanks apart. */
final class TextTable {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] left;
    private final int[] least;

    /** Titles; those that begin with {@code <} head columns aligned to the left. */
    TextTable(String... titles) {
        left = new boolean[titles.length];
        least = new int[titles.length];
        String[] header = new String[titles.length];
        for (int i = 0; i < titles.length; i++) {
            left[i] = titles[i].startsWith("<");
            header[i] = left[i] ? titles[i].substring(1) : titles[i];
        }
        rows.add(header);
    }

    /** Widths below which columns do not shrink, so that a table that is drawn again stays. */
    TextTable atLeast(int... widths) {
        System.arraycopy(widths, 0, least, 0, widths.length);
        return this;
    }

    TextTable row(String... cells) {
        if (cells.length != left.length) {
            throw new IllegalArgumentException(cells.length + " cells for " + left.length);
        }
        rows.add(cells);
        return this;
    }

    /** The header, then the rows. */
    List<String> lines() {
        int[] width = least.clone();
        for (String[] row : rows) {
            Arrays.setAll(width, i -> Math.max(width[i], row[i].length()));
        }
        return rows.stream().map(row -> line(row, width)).toList();
    }

    private String line(String[] row, int[] width) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String gap = " ".repeat(width[i] - row[i].length());
            line.append(i == 0 ? "" : "  ");
            line.append(left[i] ? row[i] + gap : gap + row[i]);
        }
        return line.toString().stripTrailing();
    }
}
