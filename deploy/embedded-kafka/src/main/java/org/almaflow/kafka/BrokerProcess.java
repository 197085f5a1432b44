package org.almaflow.kafka;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.apache.kafka.common.utils.Exit;

/** A broker that is a process of its own; ends with it. */
public final class BrokerProcess {
    private BrokerProcess() {}

    /**
     * Serves until the process is ended.
     *
     * @param args the folder, and the port to listen on
     */
    public static void main(String[] args) {
        int port = Integer.parseInt(args[1]);
        EmbeddedKafka broker = EmbeddedKafka.start(Path.of(args[0]), OptionalInt.of(port));
        if (!broker.bootstrapServers().endsWith(":" + port)) {
            broker.close();
            System.err.println("port " + port + " is taken");
            System.exit(1);
        }
        // Nobody but this process is hurt when it ends.
        Exit.setHaltProcedure((status, message) -> Runtime.getRuntime().halt(status));
        Exit.setExitProcedure((status, message) -> System.exit(status));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
        System.out.println("Kafka serves at " + broker.bootstrapServers());
    }
}
