package org.almaflow.observer.dashboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A connection to a page that takes a message only when it is told to. */
final class TestingLine implements EventStream.Line {
    private final List<String> taken = new ArrayList<>();
    private String underWay;
    private Consumer<Throwable> sent;
    private boolean ended;

    @Override
    public void send(ByteBuffer bytes, Consumer<Throwable> done) {
        if (underWay != null) {
            throw new IllegalStateException("two messages are under way at once");
        }
        underWay = StandardCharsets.UTF_8.decode(bytes).toString();
        sent = done;
    }

    /** The page takes what is under way, if anything is. */
    void take() {
        if (underWay != null) {
            taken.add(underWay);
            underWay = null;
            sent.accept(null);
        }
    }

    /** The connection breaks. */
    void breakOff() {
        underWay = null;
        sent.accept(new IOException("broken"));
    }

    /** What is sent and not taken; null: nothing. */
    String underWay() {
        return underWay;
    }

    List<String> taken() {
        return taken;
    }

    String newest() {
        return taken.get(taken.size() - 1);
    }

    boolean ended() {
        return ended;
    }

    @Override
    public void end() {
        ended = true;
    }
}
