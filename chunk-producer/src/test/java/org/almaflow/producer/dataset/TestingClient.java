package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Does what a test says instead of running a program; remembers the commands. */
final class TestingClient implements PackageClient {
    private final List<String> commands = new ArrayList<>();
    private final Program program;

    /** Stands for every program. */
    interface Program {
        void run(Path folder, List<String> command) throws IOException;
    }

    TestingClient(Program program) {
        this.program = program;
    }

    List<String> commands() {
        return commands;
    }

    @Override
    public void run(Path folder, List<String> command) throws IOException {
        commands.add(String.join(" ", command));
        program.run(folder, command);
    }
}
