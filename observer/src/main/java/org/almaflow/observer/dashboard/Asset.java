package org.almaflow.observer.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.zip.CRC32C;

/**
 * A file of the page, from the class path: ours, or of the chart library's jar.
 *
 * @param tag changes when the content does
 */
record Asset(String type, byte[] content, String tag) {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/%s/dist/%s";
    private static final String UPLOT_POM = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

    /** Everything there is to serve, by its path. */
    static Map<String, Asset> all() {
        Map<String, Asset> all = new LinkedHashMap<>();
        all.put("/", of("index.html", "text/html; charset=utf-8"));
        all.put("/login", of("login.html", "text/html; charset=utf-8"));
        all.put("/dashboard.css", of("dashboard.css", "text/css; charset=utf-8"));
        all.put("/favicon.svg", of("favicon.svg", "image/svg+xml"));
        for (String name :
                new String[] {
                    "app", "cards", "chart", "format", "legend", "look", "state", "table", "theme"
                }) {
            all.put("/" + name + ".js", of(name + ".js", "text/javascript; charset=utf-8"));
        }
        String version = uplot();
        all.put("/uplot.js", of(UPLOT.formatted(version, "uPlot.esm.js"), "text/javascript"));
        all.put("/uplot.css", of(UPLOT.formatted(version, "uPlot.min.css"), "text/css"));
        return all;
    }

    private static String uplot() {
        Properties pom = new Properties();
        try (InputStream in = Asset.class.getResourceAsStream(UPLOT_POM)) {
            pom.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pom.getProperty("version");
    }

    private static Asset of(String resource, String type) {
        try (InputStream in = Asset.class.getResourceAsStream(resource)) {
            byte[] content = in.readAllBytes();
            CRC32C sum = new CRC32C();
            sum.update(content);
            return new Asset(type, content, "\"" + Long.toHexString(sum.getValue()) + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
