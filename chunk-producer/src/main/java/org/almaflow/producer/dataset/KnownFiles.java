package org.almaflow.producer.dataset;

import java.util.List;

/** Sizes and sums of the unpacked files of the known data sets. */
final class KnownFiles {
    private static final long TRAIN_IMAGES = 47_040_016;
    private static final long TRAIN_LABELS = 60_008;
    private static final long TEST_IMAGES = 7_840_016;
    private static final long TEST_LABELS = 10_008;
    private static final long CIFAR_BATCH = 30_730_000;

    static final List<DatasetFile> MNIST =
            List.of(
                    new DatasetFile(
                            IdxLayout.TRAIN_IMAGES,
                            TRAIN_IMAGES,
                            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                    new DatasetFile(
                            IdxLayout.TRAIN_LABELS,
                            TRAIN_LABELS,
                            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                    new DatasetFile(
                            IdxLayout.TEST_IMAGES,
                            TEST_IMAGES,
                            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                    new DatasetFile(
                            IdxLayout.TEST_LABELS,
                            TEST_LABELS,
                            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

    /** As unpacked from Debian's package of the data set's own files. */
    static final List<DatasetFile> FASHION_MNIST =
            List.of(
                    new DatasetFile(
                            IdxLayout.TRAIN_IMAGES,
                            TRAIN_IMAGES,
                            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                    new DatasetFile(
                            IdxLayout.TRAIN_LABELS,
                            TRAIN_LABELS,
                            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                    new DatasetFile(
                            IdxLayout.TEST_IMAGES,
                            TEST_IMAGES,
                            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                    new DatasetFile(
                            IdxLayout.TEST_LABELS,
                            TEST_LABELS,
                            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

    static final List<DatasetFile> CIFAR_10 =
            List.of(
                    cifar(
                            "data_batch_1.bin",
                            "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
                    cifar(
                            "data_batch_2.bin",
                            "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
                    cifar(
                            "data_batch_3.bin",
                            "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
                    cifar(
                            "data_batch_4.bin",
                            "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
                    cifar(
                            "data_batch_5.bin",
                            "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
                    cifar(
                            "test_batch.bin",
                            "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"));

    private KnownFiles() {}

    private static DatasetFile cifar(String name, String sha256) {
        return new DatasetFile(name, CIFAR_BATCH, sha256);
    }
}
