package org.almaflow.observer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.almaflow.observer.Metric;
import org.almaflow.observer.Observation;
import org.almaflow.observer.TestingEvents;
import org.almaflow.observer.dashboard.FeedStatus.State;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SessionPhase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogType;

/**
 * The page in a real browser, with 50 learners and 1,000 arrivals. Its pictures go to
 * target/dashboard for people to look at.
 */
class PageTest {
    private static final String RUN = "mnist-policies-20260101";
    private static final int LEARNERS = 50;
    private static final long ARRIVALS = 1000;
    private static final Path PICTURES = Path.of("target", "dashboard");

    @TempDir static Path profile;
    private static TestingBrowser browser;

    private final TestingServer server = new TestingServer();
    private final TestingScene scene =
            new TestingScene(RUN, LEARNERS, (int) ARRIVALS, Instant.now());

    @BeforeAll
    static void start() {
        TestingBrowser.absence()
                .ifPresent(
                        why -> {
                            System.out.println("SKIP PageTest: " + why);
                            Assumptions.abort(why);
                        });
        Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE);
        browser = TestingBrowser.start(profile);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() {
        browser.size(1440, 1000);
        browser.dark(false);
        browser.driver().get(server.address().toString());
        browser.until("window.almaflow && almaflow.state.messages > 0");
    }

    @AfterEach
    void noErrors() {
        var errors =
                browser.driver().manage().logs().get(LogType.BROWSER).getAll().stream()
                        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                        .map(entry -> entry.getMessage())
                        .filter(message -> !message.contains("ERR_"))
                        .toList();
        server.close();
        assertThat(errors).isEmpty();
    }

    @Test
    void saysWhatItWaitsFor() throws IOException {
        assertThat(text("why")).isEqualTo("Looking for the Kafka broker.");
        server.live();
        browser.until("document.getElementById('why').textContent.includes('testing:9092')");
        assertThat(text("how")).contains("./alma demo");
        browser.picture(PICTURES.resolve("empty.png"), false);
        server.board().status(State.LOST, "no Kafka broker answers at testing:9092");
        browser.until("!document.getElementById('banner').hidden");
        assertThat(text("banner")).isEqualTo("No Kafka broker answers at testing:9092.");
        server.live();
        browser.until("document.getElementById('banner').hidden");
        assertThat(text("announcer")).isEqualTo("Connected again.");
    }

    @Test
    void showsFiftyLearnersAndAThousandArrivals() throws IOException {
        feed(1, ARRIVALS / 2);
        browser.until("document.querySelectorAll('#sessions tbody tr').length > 0");
        browser.picture(PICTURES.resolve("half.png"), false);
        feed(ARRIVALS / 2 + 1, ARRIVALS);
        assertThat(rows("learners")).isEqualTo(LEARNERS);
        assertThat(rows("policies")).isEqualTo(LEARNERS);
        assertThat(rows("snapshots")).isEqualTo(LEARNERS);
        assertThat(text("tile-arrivals")).contains("1000 / 1000", "complete");
        browser.until("almaflow.chart.data[0].length === " + (ARRIVALS + 1));
        assertThat(browser.<Long>value("almaflow.chart.data.length")).isEqualTo(1L + LEARNERS);
        assertThat(browser.<Number>value(drawnShare()).doubleValue()).isGreaterThan(0.005);
        browser.picture(PICTURES.resolve("light.png"), true);
    }

    /** Share of the canvas that is neither empty nor paper. */
    private static String drawnShare() {
        return """
        (() => {
          const canvas = document.querySelector('#chart canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 100) drawn++;
          return drawn / (data.length / 4);
        })()\
        """;
    }

    @Test
    void aLatePageKnowsWhatAnEarlyPageKnows() {
        for (long arrival = 1; arrival <= 60; arrival += 20) {
            feed(arrival, arrival + 19);
        }
        String early = browser.value("JSON.stringify(almaflow.state.dump())");
        assertThat(browser.<Long>value("almaflow.state.messages")).isGreaterThan(2);
        browser.driver().navigate().refresh();
        browser.until("window.almaflow && almaflow.state.run");
        assertThat(browser.<String>value("JSON.stringify(almaflow.state.dump())")).isEqualTo(early);
    }

    @Test
    void theBestStandOutUntilSomebodyChooses() {
        feed(1, 30);
        browser.until("almaflow.cast.slots.size === 7");
        type("search", "GENS-w1-");
        browser.until("document.querySelectorAll('#legend li:not([hidden])').length < 10");
        assertThat(text("matches")).isEqualTo("2 of 50 learners");
        click("all");
        assertThat(standing()).containsExactlyInAnyOrder("gens-w1-s0", "gens-w1-s1");
        browser.driver().findElement(By.cssSelector("#legend li:not([hidden]) input")).click();
        assertThat(standing()).hasSize(1);
        click("none");
        assertThat(standing()).isEmpty();
        click("best");
        assertThat(standing()).hasSize(7);
        assertThat(browser.<String>value("document.getElementById('best').ariaPressed"))
                .isEqualTo("true");
        click("others");
        assertThat(
                        browser.<Long>value(
                                "almaflow.chart.plot.series.slice(1).filter(s => s.show).length"))
                .isEqualTo(7);
    }

    @Test
    void theKeyboardReachesEverythingAndReadsValues() {
        feed(1, 40);
        browser.until("almaflow.cast.slots.size === 7");
        WebElement chart = browser.driver().findElement(By.id("chart"));
        chart.sendKeys(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
        assertThat(text("announcer")).startsWith("Arrival 39: ").contains(" %");
        chart.sendKeys(Keys.HOME);
        assertThat(text("announcer")).startsWith("Arrival 0: ").contains("90.00 %");
        assertThat(browser.<Boolean>value("document.querySelector('.tip').hidden")).isFalse();
        chart.sendKeys(Keys.END, "+");
        assertThat(browser.<Number>value("almaflow.chart.plot.scales.x.min").doubleValue())
                .isGreaterThan(10);
        chart.sendKeys("0", Keys.ESCAPE);
        assertThat(browser.<Number>value("almaflow.chart.plot.scales.x.min").doubleValue())
                .isZero();
        assertThat(tabStops())
                .contains("runs", "theme", "chart", "search", "best", "log", "numbers")
                .doesNotHaveDuplicates();
    }

    /** Ids of what the Tab key comes to, from the top to the learners' table. */
    private static List<String> tabStops() {
        browser.driver().executeScript("document.querySelector('.skip').focus()");
        List<String> stops = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
            String id =
                    browser.value(
                            "document.activeElement.id ||"
                                    + " document.activeElement.closest('[id]')?.id");
            if (id != null && !id.isEmpty() && !stops.contains(id)) {
                stops.add(id);
            }
        }
        return stops;
    }

    @Test
    void tablesSayWhatTheCurvesShowAndSort() {
        feed(1, 40);
        click("numbers");
        browser.driver().findElement(By.cssSelector("#numbers summary")).click();
        browser.until("document.querySelectorAll('#numbers-table tbody tr').length === 41");
        WebElement error =
                browser.driver()
                        .findElement(By.xpath("//table[@id='learners']//button[.='error']"));
        error.click();
        assertThat(sortedErrors()).isSorted();
        assertThat(error.findElement(By.xpath("..")).getDomAttribute("aria-sort"))
                .isEqualTo("ascending");
        assertThat(
                        browser.<Long>value(
                                "document.querySelectorAll('table:not(:has(caption))').length"))
                .isZero();
    }

    private static List<Double> sortedErrors() {
        List<String> cells =
                browser.value(
                        "[...document.querySelectorAll('#learners tbody tr')].map(r =>"
                                + " r.children[4].textContent)");
        return cells.stream().map(cell -> Double.valueOf(cell.replace(" %", ""))).toList();
    }

    @Test
    void snapshotsHaveALineageThatOpens() throws IOException {
        feed(1, 40);
        browser.driver()
                .findElement(By.cssSelector("#snapshots button[aria-label$=' sm-w5-s0']"))
                .click();
        browser.until("document.querySelectorAll('#lineage-table tbody tr').length === 8");
        assertThat(text("lineage-title")).isEqualTo("Snapshots of sm-w5-s0");
        assertThat(text("lineage-table")).contains("36 (2 @ 72–73, 1200 examples)", ".safetensors");
        browser.picture(PICTURES.resolve("lineage.png"), false);
        browser.driver().switchTo().activeElement().sendKeys(Keys.ESCAPE);
        browser.until("!document.getElementById('lineage').open");
    }

    @Test
    void isDarkWhereTheSystemIsOrSomebodyWants() throws IOException {
        feed(1, 200);
        String light = background();
        browser.dark(true);
        browser.until("getComputedStyle(document.body).backgroundColor !== '" + light + "'");
        browser.picture(PICTURES.resolve("dark.png"), true);
        click("theme");
        assertThat(text("theme")).isEqualTo("Theme: light");
        assertThat(background()).isEqualTo(light);
        browser.dark(false);
        click("theme");
        assertThat(background()).isNotEqualTo(light);
        click("theme");
        assertThat(text("theme")).isEqualTo("Theme: as the system");
        assertThat(background()).isEqualTo(light);
    }

    @Test
    void fitsANarrowWindow() throws IOException {
        feed(1, 200);
        browser.size(500, 900);
        browser.until("document.documentElement.clientWidth <= 500");
        browser.until("almaflow.chart.plot.width < 480");
        assertThat(browser.<Long>value("document.documentElement.scrollWidth"))
                .isEqualTo(browser.<Long>value("document.documentElement.clientWidth"));
        browser.picture(PICTURES.resolve("narrow.png"), true);
    }

    @Test
    void onlyTheChosenRunIsShown() {
        feed(1, 5);
        new TestingScene("later", 3, 10, Instant.now().plusSeconds(60))
                .arrivals(0, 4)
                .forEach(server.board()::take);
        browser.until("almaflow.state.run.id === 'later' && almaflow.state.learners.length === 3");
        WebElement runs = browser.driver().findElement(By.id("runs"));
        runs.findElement(By.cssSelector("option[value='" + RUN + "']")).click();
        browser.until("almaflow.state.run && almaflow.state.run.id === '" + RUN + "'");
        browser.until("document.querySelectorAll('#learners tbody tr').length === " + LEARNERS);
        assertThat(browser.driver().getCurrentUrl()).endsWith("?run=" + RUN);
        browser.driver().navigate().back();
        browser.until("almaflow.state.run && almaflow.state.run.id === 'later'");
        browser.until("document.querySelectorAll('#learners tbody tr').length === 3");
    }

    @Test
    void aRunOnTextIsMeasuredInNats() throws IOException {
        server.live();
        new TestingScene("text-families-1", 3, 10, Instant.now().minusSeconds(600))
                .arrivals(0, 4).stream().map(PageTest::onText).forEach(server.board()::take);
        browser.until("document.querySelectorAll('#learners tbody tr').length === 3");
        assertThat(headings())
                .contains("cross-entropy", "perplexity", "sum", "mean cross-entropy")
                .doesNotContain("error", "CER", "mean error");
        assertThat(text("learners")).contains(" nats");
        assertThat(text("terms")).startsWith("The sum is that of the cross-entropies");
        browser.driver()
                .findElement(By.xpath("//table[@id='learners']//button[.='cross-entropy']"))
                .click();
        assertThat(headings()).contains("cross-entropy ▲");
        browser.picture(PICTURES.resolve("text.png"), true);

        feed(1, 1);
        browser.until("almaflow.state.learners.length === " + LEARNERS);
        assertThat(headings())
                .contains("error ▲", "CER", "mean error")
                .doesNotContain("perplexity");
    }

    @Test
    void saysWhoWaitsForItsTurnAndHowLongASessionWaited() {
        feed(1, 1);
        String learner = TestingScene.learner(0);
        server.board()
                .take(
                        TestingScene.seen(
                                Metric.DECISIONS,
                                2,
                                TestingEvents.decision(learner, 2, true)
                                        .setRun(RUN)
                                        .setStream("mnist")
                                        .build()));
        browser.until(
                "document.getElementById('learners').textContent.includes('waits for its turn')");
        server.board()
                .take(
                        TestingScene.seen(
                                Metric.SESSIONS,
                                2,
                                TestingEvents.session(learner, 2, SessionPhase.OPENED, 0)
                                        .setRun(RUN)
                                        .setStream("mnist")
                                        .setQueuedSeconds(3)
                                        .setAt(Instant.now())
                                        .build()));
        browser.until("document.getElementById('sessions').textContent.includes('3.00 s')");
        assertThat(text("learners")).contains("trains 0/20").doesNotContain("waits for its turn");
        assertThat(text("sessions")).as("by the session before").contains("≤ ");
    }

    @Test
    void countsDeadLettersOfOtherStreams() {
        feed(1, 1);
        for (long offset = 1; offset <= 2; offset++) {
            server.board()
                    .take(
                            TestingScene.seen(
                                    Metric.DEAD_LETTERS,
                                    offset,
                                    TestingEvents.deadLetter(offset).setStream("other").build()));
        }
        browser.until("document.getElementById('reasons').textContent.includes('streams: 2;')");
        assertThat(text("reasons")).startsWith("None of this stream. Other streams: 2;");
        assertThat(text("tile-letters")).contains("others: 2");
    }

    private static Observation onText(Observation seen) {
        if (seen instanceof Observation.Event event
                && event.value() instanceof EvaluationEvent evaluation) {
            evaluation.setMeasure(Measure.CROSS_ENTROPY);
        }
        return seen;
    }

    private static List<String> headings() {
        return browser.value(
                "[...document.querySelectorAll('#learners thead th:not([hidden])')].map(h =>"
                        + " h.textContent)");
    }

    private void feed(long first, long last) {
        server.live();
        if (first == 1) {
            scene.arrivals(0, 0).forEach(server.board()::take);
        }
        scene.arrivals(first, last).forEach(server.board()::take);
        browser.until(
                "almaflow.state.run && almaflow.state.learners.length === 50 && almaflow.state.learners.every(l => l.newest('arrival') === %d)"
                        .formatted(last));
        browser.until(
                "document.querySelectorAll('#learners tbody tr').length === 50 && document.getElementById('tile-arrivals').textContent.includes('%d /')"
                        .formatted(last));
    }

    private static String background() {
        return browser.value("getComputedStyle(document.body).backgroundColor");
    }

    private static List<String> standing() {
        return browser.value("[...almaflow.cast.slots.keys()]");
    }

    private static long rows(String table) {
        return browser.<Long>value("document.querySelectorAll('#" + table + " tbody tr').length");
    }

    private static String text(String id) {
        return browser.value("document.getElementById('" + id + "').textContent");
    }

    private static void click(String id) {
        browser.driver().findElement(By.id(id)).click();
    }

    private static void type(String id, String words) {
        browser.driver().findElement(By.id(id)).sendKeys(words);
    }
}
