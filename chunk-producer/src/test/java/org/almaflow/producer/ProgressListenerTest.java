package org.almaflow.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import org.almaflow.producer.ProgressListener.PublishedChunk;
import org.junit.jupiter.api.Test;

class ProgressListenerTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);

    private static PublishedChunk chunk(long index, long chunks, Duration next) {
        return new PublishedChunk(index, chunks, 2, 1200, 3 << 19, Optional.ofNullable(next));
    }

    @Test
    void writesPlainLines() {
        ProgressListener lines = ProgressListener.to(out, false);
        lines.started("mnist", 0, 50);
        lines.published(chunk(0, 50, Duration.ZERO));
        lines.published(chunk(1, 50, Duration.ofMillis(1500)));
        lines.published(chunk(50, 50, null));
        lines.ended();

        assertThat(bytes.toString(UTF_8).lines())
                .containsExactly(
                        "stream mnist: 50 chunks, beginning with the holdout",
                        "holdout: 1,200 examples, 1.5 MiB in 2 slices",
                        "chunk 1 of 50: 1,200 examples, 1.5 MiB in 2 slices, next in 1.5 s",
                        "chunk 50 of 50: 1,200 examples, 1.5 MiB in 2 slices");
    }

    @Test
    void saysWhereItGoesOn() {
        ProgressListener.to(out, false).started("mnist", 7, 0);
        ProgressListener.to(out, false).published(chunk(7, 0, Duration.ofMinutes(1)));
        ProgressListener.to(out, false).started("mnist", 51, 50);

        assertThat(bytes.toString(UTF_8).lines())
                .containsExactly(
                        "stream mnist: chunks without end, continuing with chunk 7",
                        "chunk 7: 1,200 examples, 1.5 MiB in 2 slices, next in 60.0 s",
                        "stream mnist: 50 chunks, all of them published before");
    }

    @Test
    void drawsABarOnATerminal() {
        ProgressListener bar = ProgressListener.to(out, true);
        bar.started("mnist", 1, 50);
        bar.published(chunk(25, 50, null));
        bar.ended();

        assertThat(bytes.toString(UTF_8)).contains("mnist", "50%", "25/50", "chunks/s", "1,200");
    }

    @Test
    void theBarNeedNotHaveBegun() {
        ProgressListener.to(out, true).ended();

        assertThat(bytes.size()).isZero();
    }
}
