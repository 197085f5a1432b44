package org.almaflow.producer;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that is redrawn in place, with rate, remaining time and what was published last. */
final class ProgressOnTerminal implements ProgressListener {

    private static final int REDRAW_MILLIS = 250;

    private final PrintStream out;
    private ProgressBar bar;

    ProgressOnTerminal(PrintStream out) {
        this.out = out;
    }

    @Override
    public void started(String stream, long next, long chunks) {
        long done = Math.max(0, next - 1);
        bar =
                new ProgressBarBuilder()
                        .setTaskName(stream)
                        .setUnit(" chunks", 1)
                        .setInitialMax(chunks == 0 ? -1 : chunks)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(REDRAW_MILLIS)
                        .setConsumer(new ConsoleProgressBarConsumer(out))
                        .showSpeed()
                        .startsFrom(done, Duration.ZERO)
                        .build();
    }

    @Override
    public void published(PublishedChunk chunk) {
        bar.stepTo(chunk.chunk());
        bar.setExtraMessage(ProgressInLines.content(chunk));
    }

    @Override
    public void ended() {
        if (bar != null) {
            bar.close();
        }
    }
}
