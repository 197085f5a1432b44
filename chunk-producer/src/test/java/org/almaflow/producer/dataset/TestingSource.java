package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Writes the files it was given, then fails when told to; remembers what it was asked for. */
final class TestingSource implements DatasetSource {
    private final String name;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final List<List<String>> asked = new ArrayList<>();
    private IOException failure;
    private CyclicBarrier meeting;
    private String client;

    TestingSource(String name) {
        this.name = name;
    }

    TestingSource with(String file, byte[] content) {
        files.put(file, content);
        return this;
    }

    TestingSource failing(String reason) {
        failure = new IOException(reason);
        return this;
    }

    TestingSource needing(String program) {
        client = program;
        return this;
    }

    /** Waits, with its files written, until another one is there too. */
    TestingSource meeting(CyclicBarrier barrier) {
        meeting = barrier;
        return this;
    }

    /** Names of the wanted files, one list a call. */
    List<List<String>> asked() {
        return asked;
    }

    @Override
    public String describe() {
        return name;
    }

    @Override
    public Optional<String> program() {
        return Optional.ofNullable(client);
    }

    @Override
    public void fetch(List<DatasetFile> wanted, Path into, DatasetProgress progress)
            throws IOException {
        asked.add(wanted.stream().map(DatasetFile::name).toList());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(into.resolve(file.getKey()), file.getValue());
        }
        if (meeting != null) {
            try {
                meeting.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException("nobody came", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
