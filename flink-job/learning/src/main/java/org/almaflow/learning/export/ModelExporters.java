package org.almaflow.learning.export;

import java.util.List;
import java.util.ServiceLoader;

/** Finds the export formats of this JVM. */
public final class ModelExporters {
    private ModelExporters() {}

    /**
     * The exporter of that format.
     *
     * @throws ExportException when there is none on the class path
     */
    public static ModelExporter find(String format) {
        List<ModelExporter> found =
                ServiceLoader.load(ModelExporter.class, ModelExporters.class.getClassLoader())
                        .stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return found.stream()
                .filter(e -> e.format().equals(format))
                .findFirst()
                .orElseThrow(
                        () ->
                                new ExportException(
                                        "'%s' is no export format; choose %s"
                                                .formatted(format, names(found))));
    }

    private static String names(List<ModelExporter> found) {
        return String.join(" or ", found.stream().map(ModelExporter::format).sorted().toList());
    }
}
