package org.almaflow.pipeline.source;

import org.apache.flink.api.connector.source.SourceEvent;

/** The enumerator tells readers that the run is over. */
record EndOfRun() implements SourceEvent {}
