package org.almaflow.producer.dataset;

import java.util.Map;

/** Makes a data set of the contents of its checked files. */
interface DatasetLayout {
    /**
     * @param files contents by file name
     */
    Dataset read(String name, Map<String, byte[]> files);
}
