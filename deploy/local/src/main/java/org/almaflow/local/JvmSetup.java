package org.almaflow.local;

/**
 * Settings that the natives read when they load: the same whether the launcher or {@code java -jar}
 * started this JVM. What is set already stays.
 */
final class JvmSetup {
    private JvmSetup() {}

    static void apply() {
        // JavaCPP would otherwise stop a process that holds more than four times its heap.
        setIfAbsent("org.bytedeco.javacpp.maxphysicalbytes", "0");
        setIfAbsent("org.apache.avro.SERIALIZABLE_PACKAGES", "org.almaflow");
        setIfAbsent("java.awt.headless", "true");
    }

    private static void setIfAbsent(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
