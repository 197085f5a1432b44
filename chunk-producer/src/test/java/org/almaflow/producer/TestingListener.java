package org.almaflow.producer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is told; what was published can be read by another thread meanwhile. */
final class TestingListener implements ProgressListener {

    final List<PublishedChunk> published = new CopyOnWriteArrayList<>();
    volatile long first = -1;
    int ended;

    @Override
    public void started(String stream, long next, long chunks) {
        first = next;
    }

    @Override
    public void published(PublishedChunk chunk) {
        published.add(chunk);
    }

    @Override
    public void ended() {
        ended++;
    }

    List<Long> chunks() {
        return published.stream().map(PublishedChunk::chunk).toList();
    }
}
