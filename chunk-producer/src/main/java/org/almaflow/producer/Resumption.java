package org.almaflow.producer;

import java.util.Optional;

/**
 * Where to begin, given what the topic holds.
 *
 * @param stream name of the stream
 * @param holdout whether the holdout is to be published
 * @param next first training chunk to publish
 */
record Resumption(String stream, boolean holdout, long next) {

    /**
     * @throws ProduceException when the stream in the topic has another plan, or was begun with
     *     slices of another size
     */
    static Resumption of(
            StreamScan scan, ProduceSettings settings, StreamPlan plan, ChunkSlicer slicer) {
        checkPlan(scan.content(), settings, plan);
        Resumption resumption =
                new Resumption(
                        settings.stream(), !scan.content().isComplete(0), Math.max(1, scan.next()));
        if (resumption.holdout()) {
            checkSlices(scan.content(), 0, slicer);
        }
        if (plan.has(resumption.next())) {
            checkSlices(scan.content(), resumption.next(), slicer);
        }
        return resumption;
    }

    /** First chunk to publish; 0 is the holdout. */
    long first() {
        return holdout ? 0 : next;
    }

    private static void checkPlan(
            StreamContent content, ProduceSettings settings, StreamPlan plan) {
        Optional<String> found = content.plan();
        if (found.isPresent() && !found.get().equals(plan.fingerprint())) {
            throw new ProduceException(
                    String.format(
                            "stream %s in topic %s carries plan %s and this run would publish plan"
                                + " %s (other data, seed, number of chunks or loop); choose another"
                                + " name with --stream, or another topic prefix",
                            settings.stream(),
                            settings.topics().chunks(),
                            found.get(),
                            plan.fingerprint()));
        }
    }

    private static void checkSlices(StreamContent content, long chunk, ChunkSlicer slicer) {
        int now = slicer.slices(chunk);
        int begun = content.begunWith(chunk).orElse(now);
        if (begun != now) {
            throw new ProduceException(
                    String.format(
                            "chunk %d was begun with %d slices and this run would cut it into %d;"
                                    + " give --max-slice-bytes as before",
                            chunk, begun, now));
        }
    }
}
