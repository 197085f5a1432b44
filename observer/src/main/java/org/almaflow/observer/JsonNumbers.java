package org.almaflow.observer;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON has no NaN and no infinity: what is not known is null. */
final class JsonNumbers {
    private JsonNumbers() {}

    static ObjectNode finite(ObjectNode node) {
        node.properties()
                .forEach(
                        field -> {
                            boolean number = field.getValue().isFloatingPointNumber();
                            if (number && !Double.isFinite(field.getValue().doubleValue())) {
                                field.setValue(NullNode.getInstance());
                            }
                        });
        return node;
    }
}
