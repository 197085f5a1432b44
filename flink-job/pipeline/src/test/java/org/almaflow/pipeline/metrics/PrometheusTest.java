package org.almaflow.pipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.almaflow.pipeline.TestingMonitoredJobs;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real jobs on a cluster with the Prometheus reporter, scraped as Prometheus does. */
class PrometheusTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int PORT = freePort();

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .setConfiguration(reporter())
                            .build());

    @TempDir static Path folder;
    private static TestingMonitoredJobs jobs;
    private static List<String> scraped;

    private static Configuration reporter() {
        Configuration flink = new Configuration();
        String prometheus = "metrics.reporter.prom.";
        flink.setString(
                prometheus + "factory.class",
                "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
        flink.setString(prometheus + "port", Integer.toString(PORT));
        flink.setString(prometheus + "filterLabelValueCharacters", "false");
        return flink;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError("this machine has no free port", e);
        }
    }

    /** Once; the cluster takes jobs from when the first test begins. */
    @BeforeEach
    void runUntilEverythingIsSeen() throws Exception {
        if (jobs != null) {
            return;
        }
        jobs = TestingMonitoredJobs.start(folder);
        String arrival = JobMetric.ARRIVAL.prometheusName() + "{";
        String resident = JobMetric.RESIDENT_MODELS.prometheusName() + "{";
        await().atMost(LONG)
                .until(
                        () -> {
                            scraped = scrape();
                            return valuesOf(arrival).equals(Set.of(4.0))
                                    && !valuesOf(resident).isEmpty();
                        });
    }

    @AfterAll
    static void stop() {
        if (jobs != null) {
            jobs.close();
        }
    }

    private static List<String> scrape() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/metrics")).build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private static Set<Double> valuesOf(String begin) {
        return scraped.stream()
                .filter(line -> line.startsWith(begin))
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .collect(Collectors.toSet());
    }

    private static Set<String> names() {
        return scraped.stream()
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyDeclaredMetricIsReportedUnderItsNameWithItsLabels() {
        for (JobMetric metric : JobMetric.values()) {
            List<String> lines =
                    scraped.stream()
                            .filter(l -> l.startsWith(metric.prometheusName() + "{"))
                            .toList();
            assertThat(lines).as(metric.prometheusName()).isNotEmpty();
            for (String label : metric.level().labels()) {
                assertThat(lines).allMatch(l -> l.contains(label + "=\""));
            }
        }
        assertThat(scraped)
                .anyMatch(l -> l.contains("learner=\"ens-2\",") && l.contains("family=\"Ens\""));
    }

    @Test
    void nothingOfOursIsReportedThatIsNotDeclared() {
        Set<String> declared =
                Arrays.stream(JobMetric.values())
                        .map(JobMetric::prometheusName)
                        .collect(Collectors.toSet());
        assertThat(names())
                .filteredOn(
                        n -> n.contains("_operator_learner_") || n.contains("_operator_stream_"))
                .isSubsetOf(declared);
    }

    @Test
    void countsAreThoseOfTheTraining() {
        // Four chunks of 40 examples, 36 of each to train on.
        for (double examples : valuesOf(JobMetric.EXAMPLES.prometheusName() + "{")) {
            assertThat(examples).isPositive().satisfies(n -> assertThat(n % 36).isZero());
        }
        assertThat(valuesOf(JobMetric.SESSIONS.prometheusName() + "{"))
                .containsExactlyInAnyOrder(2.0, 4.0);
        assertThat(valuesOf(JobMetric.ARRIVALS.prometheusName() + "{")).containsExactly(5.0);
        assertThat(valuesOf(JobMetric.DEAD_LETTERS.prometheusName() + "{")).containsExactly(1.0);
        assertThat(valuesOf(JobMetric.QUEUED_DIRECTIVES.prometheusName() + "{"))
                .containsExactly(0.0);
        assertThat(valuesOf(JobMetric.TOTAL_MACS.prometheusName() + "{"))
                .allMatch(
                        macs ->
                                macs
                                        > 3
                                                * valuesOf(
                                                                JobMetric.EXAMPLES.prometheusName()
                                                                        + "{")
                                                        .iterator()
                                                        .next());
    }

    @Test
    void rulesAndDashboardsAskForWhatIsReported() throws IOException {
        List<MonitoringFiles.Expression> expressions = MonitoringFiles.expressions();
        assertThat(expressions).hasSizeGreaterThan(20);
        Set<String> names = names();
        for (MonitoringFiles.Expression expression : expressions) {
            Set<String> asked = new TreeSet<>(PromQl.metrics(expression.text()));
            assertThat(asked).as(expression.where()).isNotEmpty();
            asked.remove("up"); // Prometheus' own
            assertThat(names).as(expression.where()).containsAll(asked);
        }
    }
}
