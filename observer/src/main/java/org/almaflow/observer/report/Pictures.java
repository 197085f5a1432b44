package org.almaflow.observer.report;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.almaflow.observer.report.PlotPainter.Spot;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Turns plots into files: PNG of twice the size on the page, and SVG with the hints in it. */
final class Pictures {
    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final int SHARPNESS = 2;
    private static final int HINT = 14;

    private Pictures() {}

    /**
     * Whether this Java can draw text at all; a server without any font cannot.
     *
     * @return why not; empty when it can
     */
    static String obstacle() {
        try {
            BufferedImage probe = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            Graphics2D g = probe.createGraphics();
            g.getFontMetrics().stringWidth("probe");
            g.dispose();
            ImageIO.write(probe, "png", new ByteArrayOutputStream());
            return "";
        } catch (IOException | RuntimeException | LinkageError | InternalError e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
        }
    }

    static byte[] png(Plot plot) {
        BufferedImage image =
                new BufferedImage(
                        SHARPNESS * PlotPainter.WIDTH,
                        SHARPNESS * PlotPainter.height(plot),
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.scale(SHARPNESS, SHARPNESS);
        new PlotPainter(plot).paint(g, true);
        g.dispose();
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An SVG document.
     *
     * @param titled whether the title stands in the picture; a screen reader gets it always
     */
    static String svg(Plot plot, boolean titled) {
        SVGGraphics2D g = new SVGGraphics2D(context(plot), false);
        int height = PlotPainter.height(plot);
        List<Spot> spots = new PlotPainter(plot).paint(g, titled);
        Element root = g.getRoot();
        root.setAttributeNS(null, "viewBox", "0 0 %d %d".formatted(PlotPainter.WIDTH, height));
        root.setAttributeNS(null, "width", String.valueOf(PlotPainter.WIDTH));
        root.setAttributeNS(null, "height", String.valueOf(height));
        root.setAttributeNS(null, "role", "img");
        root.setAttributeNS(null, "aria-label", plot.title() + ". " + plot.caption());
        for (Spot spot : spots) {
            root.appendChild(hint(root.getOwnerDocument(), spot));
        }
        try {
            StringWriter text = new StringWriter();
            g.stream(root, text, true, false);
            return text.toString().replace("genericDefs", plot.name() + "-defs");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ids differ from picture to picture: all of them stand in one page. */
    private static SVGGeneratorContext context(Plot plot) {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
        context.setComment("Almaflow");
        context.setPrecision(2);
        context.setIDGenerator(
                new SVGIDGenerator() {
                    @Override
                    public String generateID(String prefix) {
                        return plot.name() + "-" + super.generateID(prefix);
                    }
                });
        return context;
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this Java has no XML parser", e);
        }
    }

    private static Element hint(Document document, Spot spot) {
        Element area = document.createElementNS(SVG, "rect");
        area.setAttributeNS(null, "x", String.format(Locale.ROOT, "%.1f", spot.x() - HINT / 2.0));
        area.setAttributeNS(null, "y", String.format(Locale.ROOT, "%.1f", spot.y() - HINT / 2.0));
        area.setAttributeNS(null, "width", String.valueOf(HINT));
        area.setAttributeNS(null, "height", String.valueOf(HINT));
        area.setAttributeNS(null, "fill-opacity", "0");
        Element title = document.createElementNS(SVG, "title");
        title.setTextContent(spot.text());
        area.appendChild(title);
        return area;
    }
}
