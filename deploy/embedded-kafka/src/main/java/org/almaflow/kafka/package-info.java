/** A Kafka broker inside this process, for the local runner and for tests. */
package org.almaflow.kafka;
