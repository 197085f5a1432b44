package org.almaflow.learning.member;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;

/**
 * Counts how many rows of the holdout each network's weights are applied to, on another engine. The
 * holdout is the set with that many examples.
 */
final class HoldoutPasses {
    private final Engine engine;
    private final int holdout;
    private final Map<Integer, Integer> rows = new LinkedHashMap<>();

    HoldoutPasses(Engine engine, int holdout) {
        this.engine = engine;
        this.holdout = holdout;
    }

    /** The engine with networks that are watched. */
    Engine engine() {
        return proxy(
                Engine.class,
                (proxy, method, args) -> {
                    Object result = call(engine, method, args);
                    return result instanceof Network network ? watched(network) : result;
                });
    }

    private Network watched(Network network) {
        return proxy(
                Network.class,
                (proxy, method, args) -> {
                    if (method.getName().equals("logits")
                            && ((ExampleSet) args[0]).count() == holdout) {
                        int weights = Arrays.hashCode(network.weights().flat(network.spec()));
                        rows.merge(weights, (int) args[2] - (int) args[1], Integer::sum);
                    }
                    return call(network, method, args);
                });
    }

    private static Object call(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** By hash of the weights, in the order in which they came. */
    Map<Integer, Integer> rows() {
        return rows;
    }
}
