package org.almaflow.engine.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Frees what native calls return. Every tensor that is made inside is freed at the end, unless an
 * {@link Arena} keeps it; without this a step's tensors would wait for the garbage collector, which
 * does not see their size.
 */
final class Scopes {
    private Scopes() {}

    @SuppressWarnings("try") // the scope works by being open
    static <T> T within(Supplier<T> action) {
        try (PointerScope scope = new PointerScope()) {
            return action.get();
        }
    }

    static void run(Runnable action) {
        within(
                () -> {
                    action.run();
                    return null;
                });
    }
}
