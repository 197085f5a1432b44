package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How a package carries the files of a data set. */
interface PackageContents {
    /** The files as they are. */
    PackageContents PLAIN =
            new PackageContents() {
                @Override
                public List<String> names(List<DatasetFile> wanted) {
                    return wanted.stream().map(DatasetFile::name).toList();
                }

                @Override
                public void convert(
                        List<DatasetFile> wanted, Path packed, Path into, DatasetProgress progress)
                        throws IOException {
                    for (DatasetFile file : wanted) {
                        Files.move(packed.resolve(file.name()), into.resolve(file.name()));
                    }
                }
            };

    /** Names of the package's files that are needed to make the wanted ones. */
    List<String> names(List<DatasetFile> wanted);

    /** Makes the wanted files in {@code into} from the package's files in {@code packed}. */
    void convert(List<DatasetFile> wanted, Path packed, Path into, DatasetProgress progress)
            throws IOException;
}
