/**
 * Publishes a data set as a stream of chunks: which example comes in which chunk (plan), when
 * (schedule), cut into slices, acknowledged by Kafka, resumable.
 */
package org.almaflow.producer;
