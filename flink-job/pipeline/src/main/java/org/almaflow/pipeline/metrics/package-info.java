/** What the jobs tell Flink's metric reporters, declared once. */
package org.almaflow.pipeline.metrics;
