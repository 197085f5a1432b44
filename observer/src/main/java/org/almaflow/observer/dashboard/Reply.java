package org.almaflow.observer.dashboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer as a whole.
 *
 * @param headers beside type and length
 */
record Reply(int status, String type, byte[] content, Map<String, String> headers) {
    private static final String JSON = "application/json";

    static Reply json(int status, byte[] content) {
        return new Reply(status, JSON, content, Map.of("Cache-Control", "no-store"));
    }

    /** A refusal or failure: one sentence. */
    static Reply error(int status, String sentence) {
        String text = JsonNodeFactory.instance.objectNode().put("error", sentence).toString();
        return json(status, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with one header more. */
    Reply with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Reply(status, type, content, more);
    }

    void send(Response response, Callback callback) {
        response.setStatus(status);
        if (!type.isEmpty()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        }
        headers.forEach((name, value) -> response.getHeaders().put(name, value));
        response.write(true, ByteBuffer.wrap(content), callback);
    }
}
