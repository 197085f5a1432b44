package org.almaflow.tests.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.Engines;

/** Engine {@code testing-gpu}: says on which device it was to be, and computes on the CPU. */
public final class TestingGpuEngineProvider implements EngineProvider {
    @Override
    public String name() {
        return "testing-gpu";
    }

    @Override
    public Engine open(EngineOptions options) {
        System.out.printf(
                "%s is on device %d%n", Thread.currentThread().getName(), options.device());
        return Engines.find("dl4j")
                .open(new EngineOptions(options.threads(), 0, options.nativeMemory()));
    }

    /** Writes it as a jar for a cluster's lib folder. */
    static void writeJar(Path jar) throws IOException {
        String name = TestingGpuEngineProvider.class.getName();
        String file = name.replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                InputStream type = TestingGpuEngineProvider.class.getResourceAsStream("/" + file)) {
            entries.putNextEntry(new JarEntry(file));
            type.transferTo(entries);
            entries.putNextEntry(
                    new JarEntry("META-INF/services/" + EngineProvider.class.getName()));
            entries.write(name.getBytes(StandardCharsets.UTF_8));
        }
    }
}
