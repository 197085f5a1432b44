package org.almaflow.producer;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** One plain line a chunk. */
final class ProgressInLines implements ProgressListener {

    private final PrintStream out;

    ProgressInLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public void started(String stream, long next, long chunks) {
        String length =
                chunks == 0
                        ? "chunks without end"
                        : String.format(Locale.ROOT, "%,d chunks", chunks);
        String where;
        if (next == 0) {
            where = "beginning with the holdout";
        } else if (chunks != 0 && next > chunks) {
            where = "all of them published before";
        } else {
            where = String.format(Locale.ROOT, "continuing with chunk %,d", next);
        }
        out.println("stream " + stream + ": " + length + ", " + where);
    }

    @Override
    public void published(PublishedChunk chunk) {
        out.println(name(chunk) + ": " + content(chunk));
    }

    static String name(PublishedChunk chunk) {
        if (chunk.chunk() == 0) {
            return "holdout";
        }
        String of =
                chunk.chunks() == 0 ? "" : String.format(Locale.ROOT, " of %,d", chunk.chunks());
        return String.format(Locale.ROOT, "chunk %,d", chunk.chunk()) + of;
    }

    static String content(PublishedChunk chunk) {
        String content =
                String.format(
                        Locale.ROOT,
                        "%,d examples, %.1f MiB in %,d %s",
                        chunk.examples(),
                        chunk.bytes() / 1048576.0,
                        chunk.slices(),
                        chunk.slices() == 1 ? "slice" : "slices");
        return content
                + chunk.nextIn()
                        .filter(ProgressInLines::worthSaying)
                        .map(ProgressInLines::next)
                        .orElse("");
    }

    private static boolean worthSaying(Duration wait) {
        return wait.toMillis() >= 100;
    }

    private static String next(Duration wait) {
        return String.format(Locale.ROOT, ", next in %.1f s", wait.toMillis() / 1000.0);
    }
}
