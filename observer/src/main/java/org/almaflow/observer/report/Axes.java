package org.almaflow.observer.report;

import java.util.List;
import java.util.stream.DoubleStream;
import org.almaflow.observer.report.Plot.Axis;

/** The axes that pictures have in common. */
final class Axes {
    private static final double WIDE = 4;

    private Axes() {}

    static Axis arrivals(double last) {
        double room = last / 200;
        return new Axis("arrival t", Scale.linear(-room, last + room), Tick.WHOLE);
    }

    /** Logarithmic where errors differ by a factor; from zero where they are near to each other. */
    static Axis error(String label, Tick tick, double... errors) {
        return new Axis(label, adaptive(errors), tick);
    }

    static Axis seconds(String label, double... seconds) {
        return new Axis(label, adaptive(seconds), Tick.PLAIN);
    }

    static Axis macs(double... macs) {
        return new Axis(
                "total_macs so far: multiply-accumulates, forward, backward and validation",
                Scale.log(macs),
                Tick.COUNT);
    }

    /** With the bars of one deviation; not from zero, where they would all lie at the top. */
    static Axis cer(String label, List<LearnerGroup> groups) {
        double[] ends =
                groups.stream()
                        .map(LearnerGroup::cer)
                        .flatMapToDouble(
                                cer ->
                                        DoubleStream.of(
                                                cer.mean() - cer.bar(), cer.mean() + cer.bar()))
                        .filter(Double::isFinite)
                        .toArray();
        double min = DoubleStream.of(ends).min().orElse(0);
        double max = DoubleStream.of(ends).max().orElse(1);
        return new Axis(
                label,
                min > 0 && max / min > WIDE ? Scale.log(ends) : Scale.around(min, max),
                Tick.PLAIN);
    }

    private static Scale adaptive(double... values) {
        double[] known = DoubleStream.of(values).filter(Double::isFinite).toArray();
        double min = DoubleStream.of(known).min().orElse(0);
        double max = DoubleStream.of(known).max().orElse(1);
        return min > 0 && max / min > WIDE ? Scale.log(known) : Scale.fromZero(known);
    }
}
