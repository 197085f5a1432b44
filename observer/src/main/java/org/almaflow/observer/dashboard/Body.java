package org.almaflow.observer.dashboard;

import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/** Reads what a request brings. */
final class Body {
    private Body() {}

    /** The body; fails when it has more bytes than that. Who goes on from it may block. */
    static CompletableFuture<byte[]> of(Request request, int most) {
        CompletableFuture<byte[]> body = new CompletableFuture<>();
        Promise.Invocable<byte[]> promise =
                Promise.Invocable.from(
                        InvocationType.BLOCKING, body::complete, body::completeExceptionally);
        Content.Source.asByteArrayAsync(request, most, promise);
        return body;
    }
}
