package org.almaflow.producer.dataset;

import java.util.List;
import org.almaflow.producer.text.Vocabulary;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Target;

/** Feature specs of labelled data. */
final class FeatureSpecs {
    private FeatureSpecs() {}

    /**
     * Images as bytes, [channels, height, width].
     *
     * @param mean of pixel / 255, one a channel; as std
     */
    static FeatureSpec images(
            List<Integer> shape, List<String> classes, List<Float> mean, List<Float> std) {
        return labelled(ElementType.UINT8, shape, classes, mean, std);
    }

    /** Rows of numbers, [features]. */
    static FeatureSpec table(List<String> classes, List<Float> mean, List<Float> std) {
        return labelled(ElementType.FLOAT32, List.of(mean.size()), classes, mean, std);
    }

    /**
     * Sequences of tokens.
     *
     * @param tokens of a sequence: one more than it has targets
     */
    static FeatureSpec text(int tokens, Vocabulary vocabulary) {
        return FeatureSpec.newBuilder()
                .setElementType(ElementType.INT32)
                .setShape(List.of(tokens))
                .setTarget(Target.NEXT_TOKEN)
                .setClasses(vocabulary.size())
                .setVocabulary(vocabulary.hash())
                .build();
    }

    private static FeatureSpec labelled(
            ElementType type,
            List<Integer> shape,
            List<String> classes,
            List<Float> mean,
            List<Float> std) {
        return FeatureSpec.newBuilder()
                .setElementType(type)
                .setShape(shape)
                .setTarget(Target.CLASS_LABEL)
                .setClasses(classes.size())
                .setClassNames(classes)
                .setMean(mean)
                .setStd(std)
                .build();
    }
}
