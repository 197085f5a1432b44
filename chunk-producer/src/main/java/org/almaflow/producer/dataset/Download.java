package org.almaflow.producer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/**
 * Downloads one address into a file. Where the file already holds bytes, of an attempt that was cut
 * now or in an earlier run, it asks for the rest only.
 */
final class Download {
    private static final int BUFFER = 1 << 16;

    private final DownloadLimits limits;
    private final HttpClient client;

    Download(DownloadLimits limits) {
        this.limits = limits;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(limits.connect())
                        .build();
    }

    /**
     * Returns when the answer has come whole. After a failure the file keeps what came.
     *
     * @throws IOException when nobody answers, the answer is no file, or it is cut again and again
     */
    void fetch(URI address, Path part, DatasetProgress progress)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            HttpResponse<InputStream> response = ask(address, size(part));
            try (InputStream body = response.body()) {
                if (response.statusCode() == 416) {
                    Files.delete(part);
                    throw new IOException("the server has no such part");
                }
                receive(response, body, part, progress);
                return;
            } catch (IOException e) {
                if (attempt >= limits.attempts() || !worthAnother(response)) {
                    throw e;
                }
            }
        }
    }

    private static boolean worthAnother(HttpResponse<?> response) {
        int status = response.statusCode();
        return status == 200 || status == 206 || status == 416;
    }

    private static long size(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private HttpResponse<InputStream> ask(URI address, long from)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (from > 0) {
            request.header("Range", "bytes=%d-".formatted(from));
        }
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            return answer.get(limits.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within %s".formatted(seconds(limits.answer())), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private void receive(
            HttpResponse<?> response, InputStream body, Path part, DatasetProgress progress)
            throws IOException {
        if (response.statusCode() != 200 && response.statusCode() != 206) {
            throw new IOException("HTTP status %d".formatted(response.statusCode()));
        }
        long start = response.statusCode() == 206 ? size(part) : 0;
        if (start > 0 && !continues(response, start)) {
            Files.delete(part);
            throw new IOException("the server sent another part than the one asked for");
        }
        long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        long total = length < 0 ? -1 : start + length;
        try (OutputStream out = open(part, start);
                StallGuard guard = new StallGuard(body, limits.stall())) {
            copy(body, out, guard, done -> progress.bytes(name(response), done, total), start);
        }
        if (total >= 0 && size(part) < total) {
            throw new IOException("cut after %,d of %,d bytes".formatted(size(part), total));
        }
    }

    private static boolean continues(HttpResponse<?> response, long start) {
        String range = response.headers().firstValue("Content-Range").orElse("");
        return range.startsWith("bytes %d-".formatted(start));
    }

    private static OutputStream open(Path part, long start) throws IOException {
        return start > 0
                ? Files.newOutputStream(part, StandardOpenOption.APPEND)
                : Files.newOutputStream(part);
    }

    private static void copy(
            InputStream body, OutputStream out, StallGuard guard, LongConsumer progress, long start)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        long done = start;
        try {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                guard.alive();
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("interrupted");
                }
                out.write(buffer, 0, n);
                done += n;
                progress.accept(done);
            }
        } catch (IOException e) {
            guard.check();
            throw new IOException("cut after %,d bytes".formatted(done), e);
        }
        guard.check();
    }

    private static String name(HttpResponse<?> response) {
        String path = response.request().uri().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static String seconds(Duration duration) {
        return "%.3g s".formatted(duration.toMillis() / 1000.0);
    }
}
