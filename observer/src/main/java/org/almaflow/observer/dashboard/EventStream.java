package org.almaflow.observer.dashboard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Server-sent events to every page that is open. A page has one message under way at most; what
 * happens meanwhile waits on the {@link Board} and goes into the next one, so neither a slow page
 * nor many make a queue grow. {@link #tick} is called some times a second by one thread and sends.
 */
final class EventStream {
    /** Pages at once; beyond, a page is told to try again. */
    static final int MOST_PAGES = 64;

    private static final long BEAT_NANOS = 10_000_000_000L;
    private static final byte[] HELLO = "retry: 1000\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BEAT = ": here\n\n".getBytes(StandardCharsets.UTF_8);

    private final Board board;
    private final LongSupplier nanoTime;
    private final List<Page> pages = new CopyOnWriteArrayList<>();

    EventStream(Board board, LongSupplier nanoTime) {
        this.board = board;
        this.nanoTime = nanoTime;
    }

    /** The way to one page. */
    interface Line {
        /**
         * Sends.
         *
         * @param sent called once when it has gone out: with null, or with why it did not
         */
        void send(ByteBuffer bytes, Consumer<Throwable> sent);

        /** Ends the connection. */
        void end();
    }

    /** One open page. */
    private final class Page {
        private final Line line;
        private final Optional<String> run;
        private final AtomicBoolean busy = new AtomicBoolean();
        private Cursor seen;
        private volatile long sentAt;

        Page(Line line, Optional<String> run, Cursor seen) {
            this.line = line;
            this.run = run;
            this.seen = seen;
        }

        void send(byte[] bytes) {
            busy.set(true);
            line.send(ByteBuffer.wrap(bytes), this::sent);
        }

        private void sent(Throwable failure) {
            sentAt = nanoTime.getAsLong();
            busy.set(false);
            if (failure != null && pages.remove(this)) {
                line.end();
            }
        }
    }

    /** A difference that several pages lack alike. */
    private record Lack(Cursor seen, Optional<String> run) {}

    /**
     * Adds a page.
     *
     * @param run what it shows; empty: the newest run
     * @param lastEventId what it has seen before its connection broke; null: nothing
     * @return false when there are too many
     */
    synchronized boolean open(Line line, Optional<String> run, String lastEventId) {
        if (pages.size() >= MOST_PAGES) {
            return false;
        }
        Page page = new Page(line, run, Cursor.parse(lastEventId).orElse(Cursor.NONE));
        page.send(HELLO);
        pages.add(page);
        return true;
    }

    /** Sends every page that is ready what it lacks. */
    void tick() {
        Map<Lack, Optional<Message>> made = new HashMap<>();
        for (Page page : pages) {
            if (!page.busy.get()) {
                made.computeIfAbsent(new Lack(page.seen, page.run), this::message)
                        .ifPresentOrElse(message -> send(page, message), () -> beat(page));
            }
        }
    }

    private record Message(Cursor cursor, byte[] bytes) {}

    private Optional<Message> message(Lack lack) {
        return board.since(lack.seen(), lack.run())
                .map(update -> new Message(update.cursor(), framed(update)));
    }

    /** An event as the standard has it; JSON on one line needs no further framing. */
    static byte[] framed(Board.Update update) {
        byte[] head =
                ("id: " + update.cursor() + "\nevent: board\ndata: ")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] json = update.json();
        return ByteBuffer.allocate(head.length + json.length + 2)
                .put(head)
                .put(json)
                .put((byte) '\n')
                .put((byte) '\n')
                .array();
    }

    private static void send(Page page, Message message) {
        page.seen = message.cursor();
        page.send(message.bytes());
    }

    /** A comment now and then finds out which pages are gone. */
    private void beat(Page page) {
        if (nanoTime.getAsLong() - page.sentAt > BEAT_NANOS) {
            page.send(BEAT);
        }
    }

    /** Pages that are open. */
    int pages() {
        return pages.size();
    }

    /** Ends all connections. */
    synchronized void close() {
        for (Page page : List.copyOf(pages)) {
            if (pages.remove(page)) {
                page.line.end();
            }
        }
    }
}
