/**
 * Contracts between the parts of Almaflow: the Avro records (generated from {@code src/main/avro}),
 * how they are written to Kafka, the names of the topics, and the stored history of every schema
 * version. Knows nothing else.
 *
 * <p>After changing an {@code .avsc}, store the new version (a test fails until then):
 *
 * <pre>./mvnw -pl schemas test -Dtest=StoreSchemaVersion</pre>
 */
package org.almaflow.schemas;
