package org.almaflow.observer.report;

import static org.almaflow.observer.report.TestingRuns.learner;
import static org.almaflow.observer.report.TestingRuns.run;
import static org.almaflow.observer.report.TestingRuns.withDecisions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.almaflow.observer.OutputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
    private static final List<String> PICTURES =
            List.of(
                    "error-over-arrivals",
                    "cer-over-waiting",
                    "error-against-compute",
                    "cer-against-compute",
                    "error-over-time",
                    "decisions",
                    "training-lag");

    @TempDir Path folder;

    private static ReportRun small() {
        return run(
                "r",
                3,
                withDecisions(
                        learner("r", "<a> & \"b\"", 0, 0.5, 0.25, 0.125),
                        new DecisionPoint(1, false, "0 < 1"),
                        new DecisionPoint(2, true, "1 & 2")),
                learner("r", "w2-s0", "SM", "chunks: 2", 0, 0.9, 0.2, 0.2),
                learner("r", "lazy", "SM", "budget: 5", 0, 0.9, 0.9, 0.3));
    }

    private Path write(ReportRun... runs) {
        return new Report(List.of(runs)).write(folder);
    }

    private static Document parsed(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setEntityResolver((id, at) -> new InputSource(new StringReader("")));
        return builder.parse(new InputSource(new StringReader(xml)));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList found = document.getElementsByTagNameNS("*", name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    @Test
    void writesThePageAndEachPictureAndTable() throws Exception {
        assertThat(write(small())).isEqualTo(folder.resolve("index.html"));
        List<String> expected =
                new ArrayList<>(
                        List.of(
                                "index.html",
                                "groups.csv",
                                "groups.md",
                                "learners.csv",
                                "arrivals.csv",
                                "error-over-time.csv",
                                "decisions.csv"));
        PICTURES.forEach(name -> expected.addAll(List.of(name + ".png", name + ".svg")));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        for (String name : PICTURES) {
            Document svg = parsed(Files.readString(folder.resolve(name + ".svg")));
            assertThat(svg.getDocumentElement().getAttribute("aria-label")).isNotBlank();
            assertThat(ImageIO.read(folder.resolve(name + ".png").toFile()).getWidth())
                    .isEqualTo(1920);
        }
        assertThat(folder.resolve("arrivals.csv")).content().hasLineCount(1 + 3 * 3);
        assertThat(Files.readAllLines(folder.resolve("groups.md")))
                .hasSize(2 + 3)
                .anyMatch(
                        line -> line.startsWith("| w2 | SM, chunks: 2 | 1 | 3 | 20.00 | 1.300 |"));
        assertThat(Files.readAllLines(folder.resolve("learners.csv")))
                .hasSize(1 + 3)
                .anyMatch(line -> line.startsWith("r,w2-s0,w2,SM,chunks: 2,0,3,0.2,"));
    }

    @Test
    void thePageIsWellFormedAndNeedsNothingElse() throws Exception {
        String html = Files.readString(write(small()));
        Document page = parsed(html);
        assertThat(elements(page, "svg")).hasSize(PICTURES.size());
        assertThat(elements(page, "script")).isEmpty();
        assertThat(elements(page, "link")).isEmpty();
        assertThat(html).doesNotContain("@import", "url(http", "src=");
        for (Element link : elements(page, "a")) {
            String target = link.getAttribute("href");
            assertThat(target).doesNotContain(":");
            if (target.startsWith("#")) {
                assertThat(html).contains("id=\"" + target.substring(1) + "\"");
            } else {
                assertThat(folder.resolve(target)).exists();
            }
        }
    }

    @Test
    void noIdIsThereTwice() throws Exception {
        Document page = parsed(Files.readString(write(small())));
        NodeList all = page.getElementsByTagName("*");
        List<String> ids =
                IntStream.range(0, all.getLength())
                        .mapToObj(i -> ((Element) all.item(i)).getAttribute("id"))
                        .filter(id -> !id.isEmpty())
                        .toList();
        assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void picturesTakeTheirColoursFromThePage() throws Exception {
        String html = Files.readString(write(small()));
        String pictures = html.substring(html.indexOf("<svg"));
        assertThat(pictures).contains("var(--ink)", "var(--paper)", "var(--series-1)");
        assertThat(pictures).doesNotContain("rgb(", ":white;");
    }

    @Test
    void decisionsSayWhy() throws Exception {
        Document page = parsed(Files.readString(write(small())));
        assertThat(elements(page, "title"))
                .extracting(Node::getTextContent)
                .contains(
                        "<a> & \"b\", arrival 1, held: 0 < 1",
                        "<a> & \"b\", arrival 2, trained: 1 & 2",
                        "lazy, arrival 1, trained");
        assertThat(folder.resolve("decisions.csv")).content().contains("2,train,1 & 2");
    }

    @Test
    void anUnfinishedRunSaysSo() throws IOException {
        String html = Files.readString(write(run("r", 9, learner("r", "a", 0, 0.5))));
        assertThat(html).contains("learner a was evaluated after 1 of 9 arrivals");
    }

    @Test
    void drawsARunWithoutAHoldout() throws Exception {
        ReportRun run = run("r", 2, learner("r", "a", 0, Double.NaN, Double.NaN));
        assertThat(elements(parsed(Files.readString(write(run))), "svg")).hasSize(PICTURES.size());
    }

    @Test
    void manyLearnersAndArrivalsStayAPageThatABrowserOpens() throws IOException {
        LearnerRun[] many =
                IntStream.range(0, 50)
                        .mapToObj(i -> learner("r", "learner-" + i, 0, falling(1000, i)))
                        .toArray(LearnerRun[]::new);
        Path page = write(run("r", 1000, many));
        assertThat(Files.size(page)).isLessThan(6_000_000);
        assertThat(Files.readString(page)).contains("43 others");
        assertThat(folder.resolve("arrivals.csv")).content().hasLineCount(1 + 50 * 1000);
    }

    private static double[] falling(int count, int learner) {
        return IntStream.rangeClosed(1, count)
                .mapToDouble(t -> 0.02 + (0.5 + 0.005 * learner) / Math.sqrt(t))
                .toArray();
    }

    @Test
    void refusesAFileInThePlaceOfTheFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> new Report(List.of(small())).write(file))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("is not a folder");
    }
}
