package org.almaflow.local;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Interprets the few terminal codes that displays write. */
final class TestingScreen {
    private static final Pattern TOKEN =
            Pattern.compile("\u001b\\[(\\d*)([A-Za-z])|\\R|\r|[^\u001b\\r\\n]+");

    private final List<String> lines = new ArrayList<>(List.of(""));
    private int row;

    static List<String> of(String written) {
        TestingScreen screen = new TestingScreen();
        Matcher token = TOKEN.matcher(written);
        while (token.find()) {
            screen.take(token.group(), token.group(1), token.group(2));
        }
        List<String> shown = new ArrayList<>(screen.lines);
        while (!shown.isEmpty() && shown.get(shown.size() - 1).isEmpty()) {
            shown.remove(shown.size() - 1);
        }
        return shown;
    }

    private void take(String token, String number, String code) {
        if (code == null) {
            text(token);
            return;
        }
        switch (code) {
            case "A" -> row -= Integer.parseInt(number);
            case "K" -> lines.set(row, "");
            case "J" -> lines.subList(row + 1, lines.size()).clear();
            case "m" -> {}
            default -> throw new IllegalArgumentException("unknown code " + code);
        }
    }

    private void text(String token) {
        if (token.equals("\r")) {
            return;
        }
        if (token.isBlank() && token.contains("\n")) {
            row++;
            if (row == lines.size()) {
                lines.add("");
            }
            return;
        }
        lines.set(row, lines.get(row) + token);
    }
}
