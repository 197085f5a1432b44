package org.almaflow.producer.dataset;

import java.nio.file.Path;

/**
 * Which known data set to bring into the cache.
 *
 * @param dataset name of a known data set
 * @param from folder to look in before anything else; null for none
 * @param cache as in {@link DatasetRequest}
 */
public record FetchRequest(String dataset, Path from, Path cache) {}
