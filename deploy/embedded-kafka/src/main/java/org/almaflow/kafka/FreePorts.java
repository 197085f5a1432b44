package org.almaflow.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;

/** Two ports that nothing on the loopback address listened on a moment ago. */
record FreePorts(int broker, int controller) {

    /** The broker gets {@code wanted} when that is free, and any other port when not. */
    static FreePorts find(OptionalInt wanted) throws IOException {
        try (ServerSocket broker = bind(wanted.orElse(0));
                ServerSocket controller = bind(0)) {
            return new FreePorts(broker.getLocalPort(), controller.getLocalPort());
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        InetAddress host = InetAddress.getLoopbackAddress();
        try {
            return new ServerSocket(port, 1, host);
        } catch (IOException taken) {
            return new ServerSocket(0, 1, host);
        }
    }
}
