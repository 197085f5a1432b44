package org.almaflow.local;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** One call of the command line in this JVM. */
record AlmaRun(int status, String out, String err) {
    static AlmaRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Alma.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new AlmaRun(status, out.toString(), err.toString());
    }

    List<String> errorLines() {
        return err.lines().toList();
    }
}
