package org.almaflow.observer.dashboard;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The web server of a {@link Board}. Its owner closes it, which ends its threads. */
final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    /** Time between two messages to a page. */
    private static final int TICK_MILLIS = 250;

    private static final int THREADS = 16;
    private static final int IDLE_MILLIS = 30_000;

    private final Server server;
    private final String host;
    private final int port;
    private final EventStream events;
    private final ScheduledExecutorService ticks =
            Executors.newSingleThreadScheduledExecutor(WebServer::ticking);

    private static Thread ticking(Runnable work) {
        Thread thread = new Thread(work, "alma-dashboard-ticks");
        thread.setDaemon(true);
        return thread;
    }

    private WebServer(Server server, String host, EventStream events) {
        this.server = server;
        this.host = host;
        this.port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        this.events = events;
        var unused =
                ticks.scheduleWithFixedDelay(
                        this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Returns when it serves.
     *
     * @param port 0: any that is free
     * @throws DashboardException when the port is taken
     */
    static WebServer start(
            String host, int port, Access access, Board board, PredictEndpoint predict) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("alma-dashboard");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector =
                new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        EventStream events = new EventStream(board, System::nanoTime);
        Map<String, Asset> assets = Asset.all();
        Routes routes = new Routes(assets, board, events, access, predict);
        server.setHandler(new Guard(access, assets.get("/login"), routes));
        open(server, host, port);
        return new WebServer(server, host, events);
    }

    private static void open(Server server, String host, int port) {
        try {
            server.start();
        } catch (IOException e) {
            stop(server);
            throw new DashboardException(
                    "--port: cannot listen at %s:%d (%s); give another port, or 0 for any"
                            .formatted(host, port, reason(e)),
                    e);
        } catch (Exception e) {
            stop(server);
            throw new DashboardException("the web server does not start: " + e.getMessage(), e);
        }
    }

    private static String reason(IOException e) {
        return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
    }

    private void tick() {
        try {
            events.tick();
        } catch (RuntimeException e) {
            LOG.error("The pages were not told", e);
        }
    }

    /** Where the page is. */
    URI address() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + name + ":" + port + "/");
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        events.close();
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("The web server does not stop", e);
        }
    }
}
