package org.almaflow.observer.dashboard;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The system's Chromium, without a window and with a profile of its own. */
final class TestingBrowser implements AutoCloseable {
    private static final List<String> CHROMIUM =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    private static final List<String> DRIVER =
            List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");

    private final ChromeDriver driver;

    private TestingBrowser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Why there is none here; empty when there is one. */
    static Optional<String> absence() {
        if (found(CHROMIUM).isEmpty() || found(DRIVER).isEmpty()) {
            return Optional.of(
                    "no Chromium with its driver is installed; apt-get install chromium"
                            + " chromium-driver");
        }
        return Optional.empty();
    }

    private static Optional<String> found(List<String> places) {
        return places.stream().filter(place -> Files.isExecutable(Path.of(place))).findFirst();
    }

    /** Chromium's program. */
    static String chromium() {
        return found(CHROMIUM).orElseThrow();
    }

    /** What it is started with. */
    static List<String> arguments(Path profile) {
        return List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--hide-scrollbars",
                "--user-data-dir=" + profile.toAbsolutePath());
    }

    /** Starts one; its profile goes into the folder. */
    static TestingBrowser start(Path profile) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium());
        options.addArguments(arguments(profile));
        ChromeDriverService service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File(found(DRIVER).orElseThrow()))
                        .usingAnyFreePort()
                        .withSilent(true)
                        .build();
        return new TestingBrowser(new ChromeDriver(service, options));
    }

    ChromeDriver driver() {
        return driver;
    }

    void size(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /** What the page sees of the system's setting. */
    void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        dark ? "dark" : "light"))));
    }

    /** Value of an expression in the page. */
    @SuppressWarnings({
        "unchecked",
        "TypeParameterUnusedInFormals"
    }) // what a script gives is known to its caller
    <T> T value(String expression) {
        return (T) driver.executeScript("return " + expression);
    }

    /** Waits until an expression in the page is true. */
    void until(String expression) {
        Awaitility.await(expression)
                .atMost(Duration.ofMinutes(1))
                .until(() -> Boolean.TRUE.equals(value("!!(" + expression + ")")));
    }

    /** Picture of the window, or of the whole page. */
    void picture(Path file, boolean whole) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (!whole) {
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
            return;
        }
        Object data =
                driver.executeCdpCommand(
                                "Page.captureScreenshot",
                                Map.of("format", "png", "captureBeyondViewport", true))
                        .get("data");
        Files.write(file, Base64.getDecoder().decode(data.toString()));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
