package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.producer.dataset.ImageFolder.Labelled;

/**
 * Decodes image files of one size into tables: grey [1, H, W] when all images are grey, else red,
 * green, blue [3, H, W]. The first table is the training part.
 */
final class ImageTables {
    private final Path root;
    private final List<List<Labelled>> parts = new ArrayList<>();
    private final List<List<Picture>> pictures = new ArrayList<>();
    private Picture first;
    private Path firstFile;

    ImageTables(Path root) {
        this.root = root;
    }

    /** Decodes one part; the first image of all says which size the others must have. */
    void add(List<Labelled> files) {
        List<Picture> decoded = new ArrayList<>();
        for (Labelled file : files) {
            decoded.add(decode(file.file()));
        }
        parts.add(files);
        pictures.add(decoded);
    }

    private Picture decode(Path file) {
        Picture picture;
        try {
            picture = Picture.of(ImageFile.decode(file));
        } catch (IOException e) {
            throw new DatasetException(
                    "image %s cannot be read: %s; replace or remove it"
                            .formatted(file, Reasons.of(e)),
                    e);
        }
        if (first == null) {
            first = picture;
            firstFile = file;
        }
        if (picture.width() != first.width() || picture.height() != first.height()) {
            throw new DatasetException(
                    "image %s is %d x %d, but %s is %d x %d; bring all images to one size"
                            .formatted(
                                    file,
                                    picture.width(),
                                    picture.height(),
                                    firstFile,
                                    first.width(),
                                    first.height()));
        }
        return picture;
    }

    Dataset dataset(String name, List<String> classes) {
        boolean grey = pictures.stream().flatMap(List::stream).allMatch(Picture::grey);
        int channels = grey ? 1 : 3;
        ExampleTable train = table(0, channels);
        Moments moments =
                Moments.ofBytes(train.features(), channels, first.width() * first.height());
        List<Integer> shape = List.of(channels, first.height(), first.width());
        return Dataset.of(
                name,
                FeatureSpecs.images(shape, classes, moments.mean(), moments.std()),
                train,
                table(1, channels));
    }

    private ExampleTable table(int part, int channels) {
        List<Picture> images = pictures.get(part);
        int length = channels * first.width() * first.height();
        if ((long) length * images.size() > Integer.MAX_VALUE - Long.BYTES) {
            throw new DatasetException(
                    "%s: %,d images of %,d bytes are more than 2 GiB; make them smaller or fewer"
                            .formatted(root, images.size(), length));
        }
        byte[] features = new byte[length * images.size()];
        for (int i = 0; i < images.size(); i++) {
            Picture image = images.get(i);
            byte[] planes = channels == 1 ? image.planes() : image.colour();
            System.arraycopy(planes, 0, features, i * length, length);
        }
        return new ExampleTable(
                features, parts.get(part).stream().mapToInt(Labelled::label).toArray());
    }
}
