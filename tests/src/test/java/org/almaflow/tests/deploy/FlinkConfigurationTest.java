package org.almaflow.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** deploy/flink/conf as Flink itself reads it. */
class FlinkConfigurationTest {
    private static final Path CONF = Path.of("../deploy/flink/conf");

    /** What Flink reads by prefix, or leaves to others. */
    private static final Set<String> PREFIXES =
            Set.of(
                    "metrics.reporter.prom.",
                    "external-resource.gpu.",
                    "containerized.master.env.",
                    "containerized.taskmanager.env.",
                    "alma.storage");

    private static Set<String> known;

    @TempDir Path folder;

    @BeforeAll
    static void findEveryOptionOfFlink() {
        known = new TreeSet<>();
        new ClassFileImporter()
                .importPackages("org.apache.flink.configuration").stream()
                        .filter(c -> c.getSimpleName().endsWith("Options"))
                        .map(JavaClass::reflect)
                        .forEach(FlinkConfigurationTest::add);
        assertThat(known).contains("taskmanager.numberOfTaskSlots").hasSizeGreaterThan(200);
    }

    private static void add(Class<?> options) {
        for (Field field : options.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class) {
                try {
                    ConfigOption<?> option = (ConfigOption<?>) field.get(null);
                    known.add(option.key());
                    for (FallbackKey key : option.fallbackKeys()) {
                        known.add(key.getKey());
                    }
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.yaml", "gpu.yaml"})
    void everyKeyIsOneThatFlinkKnows(String file) throws IOException {
        Configuration read = read(file);
        assertThat(read.keySet())
                .isNotEmpty()
                .allMatch(
                        key -> known.contains(key) || PREFIXES.stream().anyMatch(key::startsWith));
    }

    @Test
    void aWrongKeyWouldBeSeen() {
        assertThat(known).doesNotContain("taskmanager.numberOfSlots");
    }

    private Configuration read(String file) throws IOException {
        Files.copy(CONF.resolve(file), folder.resolve("config.yaml"));
        return GlobalConfiguration.loadConfiguration(folder.toString());
    }
}
