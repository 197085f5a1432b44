package org.almaflow.producer.dataset;

import java.util.Map;
import org.almaflow.schemas.FeatureSpec;

/** Makes a data set of the contents of its checked files. */
interface DatasetLayout {
    /** What one example is. */
    FeatureSpec spec();

    /**
     * @param files contents by file name
     */
    Dataset read(String name, Map<String, byte[]> files);
}
