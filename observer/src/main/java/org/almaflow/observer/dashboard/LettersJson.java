package org.almaflow.observer.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.almaflow.schemas.DeadLetter;

/** Writes the dead letters of a stream, and how many others have. */
final class LettersJson {
    private LettersJson() {}

    /**
     * What is known of them: counts, and the newest.
     *
     * @param others letters of other streams
     */
    static void write(JsonGenerator out, Letters letters, long others) throws IOException {
        out.writeObjectFieldStart("letters");
        out.writeNumberField("total", letters.total());
        out.writeNumberField("others", others);
        out.writeObjectFieldStart("reasons");
        for (var reason : letters.reasons().entrySet()) {
            out.writeNumberField(reason.getKey().name(), reason.getValue());
        }
        out.writeEndObject();
        out.writeArrayFieldStart("newest");
        for (DeadLetter letter : letters.newest()) {
            letter(out, letter);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void letter(JsonGenerator out, DeadLetter letter) throws IOException {
        out.writeStartObject();
        out.writeStringField("reason", letter.getReason().name());
        out.writeStringField("detail", letter.getDetail());
        out.writeStringField("topic", letter.getTopic());
        out.writeNumberField("partition", letter.getPartition());
        out.writeNumberField("offset", letter.getOffset());
        out.writeNumberField("chunk", letter.getChunk());
        out.writeNumberField("at", letter.getAt().toEpochMilli());
        out.writeEndObject();
    }
}
