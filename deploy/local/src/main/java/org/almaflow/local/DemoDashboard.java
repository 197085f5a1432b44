package org.almaflow.local;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.almaflow.observer.dashboard.Dashboard;
import org.almaflow.observer.dashboard.DashboardSettings;

/** The page of a demo, there until the demo ends; or none, where the options say so. */
record DemoDashboard(Optional<Dashboard> dashboard, Optional<URI> address)
        implements AutoCloseable {
    /**
     * Starts it on the loopback address.
     *
     * @param run what it shows, whatever else the topics have
     */
    static DemoDashboard start(DemoOptions options, Map<String, Object> kafka, String run) {
        if (!options.dashboard()) {
            return new DemoDashboard(Optional.empty(), Optional.empty());
        }
        DashboardSettings settings =
                new DashboardSettings(
                        kafka,
                        options.topics(),
                        DashboardSettings.DEFAULT_HOST,
                        options.dashboardPort(),
                        Optional.empty(),
                        new ExampleImages());
        Dashboard started = Dashboard.start(settings, line -> {});
        return new DemoDashboard(Optional.of(started), Optional.of(started.page(run)));
    }

    @Override
    public void close() {
        dashboard.ifPresent(Dashboard::close);
    }
}
