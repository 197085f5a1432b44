package org.almaflow.pipeline.restore;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/** What a savepoint or a retained checkpoint holds, by the uids of its operators. Only reads. */
final class Savepoint {
    private final String path;
    private final Map<String, OperatorState> operators;

    private Savepoint(String path, Map<String, OperatorState> operators) {
        this.path = path;
        this.operators = operators;
    }

    /**
     * Reads what it says about itself.
     *
     * @param path its folder, or its file {@code _metadata}
     * @throws SavepointException when there is none
     */
    static Savepoint open(String path) {
        try {
            CompletedCheckpointStorageLocation location =
                    AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
            try (DataInputStream in =
                    new DataInputStream(location.getMetadataHandle().openInputStream())) {
                ClassLoader loader = Savepoint.class.getClassLoader();
                Map<String, OperatorState> operators = new LinkedHashMap<>();
                for (OperatorState operator :
                        Checkpoints.loadCheckpointMetadata(in, loader, path).getOperatorStates()) {
                    operator.getOperatorUid().ifPresent(uid -> operators.put(uid, operator));
                }
                return new Savepoint(path, operators);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(path, e);
        }
    }

    private static SavepointException unreadable(String path, Exception cause) {
        return new SavepointException(
                ("--from: there is no savepoint or checkpoint at %s (%s); name the folder that has"
                                + " its file _metadata")
                        .formatted(path, cause.getMessage()),
                cause);
    }

    /** Uids of its operators. */
    Set<String> uids() {
        return operators.keySet();
    }

    /** Reads an element of a list state. */
    @FunctionalInterface
    interface ElementReader<T> {
        T read(DataInputView in) throws IOException;
    }

    /** The beginnings of all elements of an operator's list state; empty without such a state. */
    <T> List<T> elements(String uid, String state, ElementReader<T> reader) {
        List<T> elements = new ArrayList<>();
        OperatorState operator = operators.get(uid);
        try {
            if (operator != null) {
                for (OperatorSubtaskState subtask : operator.getStates()) {
                    for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
                        read(handle, state, reader, elements);
                    }
                }
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        return elements;
    }

    private static <T> void read(
            OperatorStateHandle handle, String state, ElementReader<T> reader, List<T> elements)
            throws IOException {
        OperatorStateHandle.StateMetaInfo partitions =
                handle.getStateNameToPartitionOffsets().get(state);
        if (partitions == null) {
            return;
        }
        try (FSDataInputStream in = handle.openInputStream()) {
            for (long offset : partitions.getOffsets()) {
                in.seek(offset);
                elements.add(reader.read(new DataInputViewStreamWrapper(in)));
            }
        }
    }
}
