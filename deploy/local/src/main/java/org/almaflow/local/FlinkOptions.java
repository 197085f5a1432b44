package org.almaflow.local;

import java.net.URI;
import java.net.URISyntaxException;
import org.almaflow.cluster.FlinkRest;
import picocli.CommandLine.Option;

/** Which Flink cluster to speak to. */
final class FlinkOptions {
    @Option(
            names = "--flink",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081",
            description = "Address of Flink's web UI (default: ${DEFAULT-VALUE}).")
    private String url;

    /** As the user wrote it. */
    String url() {
        return url;
    }

    /** The cluster there, whether it answers or not. */
    FlinkRest cluster() {
        return new FlinkRest(address());
    }

    private URI address() {
        try {
            URI address = new URI(url.replaceAll("/+$", ""));
            if (address.getHost() != null
                    && String.valueOf(address.getScheme()).startsWith("http")) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw noAddress(e);
        }
        throw noAddress(null);
    }

    private UsageException noAddress(Exception cause) {
        return new UsageException(
                "--flink: '%s' is no address; write http://HOST:PORT".formatted(url), cause);
    }
}
