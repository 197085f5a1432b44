package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.almaflow.learning.engine.Augmentation.Crop;
import org.almaflow.learning.engine.Augmentation.Kind;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final int H = 3;
    private static final int W = 5;

    private static float[] numbered() {
        float[] image = new float[2 * H * W];
        for (int i = 0; i < image.length; i++) {
            image[i] = i + 1;
        }
        return image;
    }

    /**
     * Pads on paper: a frame of 4 around each channel, from which the crop is cut, then flipped.
     */
    @Test
    void anImageIsPaddedCroppedAndFlipped() {
        float[] image = numbered();
        for (int position = 0; position < 200; position++) {
            Augmentation augmentation = new Augmentation(Kind.PAD_CROP_FLIP, 5);
            Crop crop = augmentation.crop(position);
            float[] changed = new float[image.length];
            augmentation.image(image, changed, position, 2, H, W);
            for (int c = 0; c < 2; c++) {
                float[][] framed = framed(image, c);
                for (int y = 0; y < H; y++) {
                    for (int x = 0; x < W; x++) {
                        int column = crop.flip() ? W - 1 - x : x;
                        assertThat(changed[(c * H + y) * W + x])
                                .isEqualTo(framed[y + crop.down() + 4][column + crop.right() + 4]);
                    }
                }
            }
        }
    }

    private static float[][] framed(float[] image, int channel) {
        float[][] framed = new float[H + 8][W + 8];
        for (int y = 0; y < H + 8; y++) {
            for (int x = 0; x < W + 8; x++) {
                boolean inside = y >= 4 && y < H + 4 && x >= 4 && x < W + 4;
                framed[y][x] = inside ? image[(channel * H + y - 4) * W + x - 4] : -1.9f;
            }
        }
        return framed;
    }

    @Test
    void everyCropComesAboutEquallyOften() {
        int[][][] seen = new int[9][9][2];
        Augmentation augmentation = new Augmentation(Kind.PAD_CROP_FLIP, 1);
        int draws = 162 * 500;
        for (int position = 0; position < draws; position++) {
            Crop crop = augmentation.crop(position);
            seen[crop.down() + 4][crop.right() + 4][crop.flip() ? 1 : 0]++;
        }
        for (int[][] row : seen) {
            for (int[] column : row) {
                for (int count : column) {
                    assertThat(count).isBetween(500 - 120, 500 + 120);
                }
            }
        }
    }

    @Test
    void cropsAreAFunctionOfSeedAndPosition() {
        Set<Long> differing = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            Augmentation once = new Augmentation(Kind.PAD_CROP_FLIP, seed);
            Augmentation again = new Augmentation(Kind.PAD_CROP_FLIP, seed);
            long code = 0;
            for (int position = 0; position < 8; position++) {
                assertThat(once.crop(position)).isEqualTo(again.crop(position));
                code = 31 * code + once.crop(position).hashCode();
            }
            differing.add(code);
        }
        assertThat(differing).hasSize(50);
    }
}
