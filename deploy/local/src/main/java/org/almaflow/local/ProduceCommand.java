package org.almaflow.local;

import picocli.CommandLine.Command;

@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  alma produce")
final class ProduceCommand implements Runnable {
    @Override
    public void run() {}
}
