package org.almaflow.producer.dataset;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * A decoded image as bytes: one plane where red, green and blue are equal in every pixel, else
 * three, red first. Transparency is left out.
 *
 * @param planes planes x height x width
 */
record Picture(int width, int height, byte[] planes) {

    static Picture of(BufferedImage image) {
        ColorModel colours = image.getColorModel();
        boolean grey = colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        byte[] planes = grey ? greyPlane(image, colours) : colourPlanes(image);
        return new Picture(image.getWidth(), image.getHeight(), planes);
    }

    boolean grey() {
        return planes.length == width * height;
    }

    /** Three planes, whatever it has. */
    byte[] colour() {
        if (!grey()) {
            return planes;
        }
        byte[] colour = Arrays.copyOf(planes, 3 * planes.length);
        System.arraycopy(planes, 0, colour, planes.length, planes.length);
        System.arraycopy(planes, 0, colour, 2 * planes.length, planes.length);
        return colour;
    }

    /** Stored values as they are: getRGB would bend them through a gamma curve. */
    private static byte[] greyPlane(BufferedImage image, ColorModel colours) {
        Raster raster = image.getRaster();
        int shift = Math.max(0, colours.getComponentSize(0) - Byte.SIZE);
        int[] samples =
                raster.getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
        byte[] plane = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            plane[i] = (byte) (samples[i] >>> shift);
        }
        return plane;
    }

    private static byte[] colourPlanes(BufferedImage image) {
        int width = image.getWidth();
        int area = width * image.getHeight();
        int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        byte[] planes = new byte[3 * area];
        boolean grey = true;
        for (int i = 0; i < area; i++) {
            planes[i] = (byte) (pixels[i] >> 16);
            planes[area + i] = (byte) (pixels[i] >> 8);
            planes[2 * area + i] = (byte) pixels[i];
            grey &= planes[i] == planes[area + i] && planes[i] == planes[2 * area + i];
        }
        return grey ? Arrays.copyOf(planes, area) : planes;
    }
}
