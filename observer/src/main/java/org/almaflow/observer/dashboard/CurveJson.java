package org.almaflow.observer.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.function.ToLongFunction;

/** Writes curves. */
final class CurveJson {
    private final JsonGenerator out;

    CurveJson(JsonGenerator out) {
        this.out = out;
    }

    /** Its rows from one on, as columns; nothing when there are none. */
    void write(Curve curve, int first) throws IOException {
        if (first == curve.size()) {
            return;
        }
        out.writeObjectFieldStart("rows");
        longs(curve, first, "arrival", Curve.Row::arrival);
        floats(curve, first, "error", Curve.Row::error);
        floats(curve, first, "loss", Curve.Row::loss);
        floats(curve, first, "cer", Curve.Row::cer);
        longs(curve, first, "macs", Curve.Row::totalMacs);
        longs(curve, first, "snapshot", Curve.Row::snapshot);
        longs(curve, first, "lag", Curve.Row::lagMillis);
        out.writeEndObject();
    }

    private void longs(Curve curve, int first, String name, ToLongFunction<Curve.Row> column)
            throws IOException {
        out.writeArrayFieldStart(name);
        for (int i = first; i < curve.size(); i++) {
            out.writeNumber(column.applyAsLong(curve.row(i)));
        }
        out.writeEndArray();
    }

    /** A column of float values. */
    private interface FloatColumn {
        float of(Curve.Row row);
    }

    private void floats(Curve curve, int first, String name, FloatColumn column)
            throws IOException {
        out.writeArrayFieldStart(name);
        for (int i = first; i < curve.size(); i++) {
            float value = column.of(curve.row(i));
            if (Float.isFinite(value)) {
                out.writeNumber(value);
            } else {
                out.writeNull();
            }
        }
        out.writeEndArray();
    }
}
