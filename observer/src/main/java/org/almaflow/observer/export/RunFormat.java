package org.almaflow.observer.export;

import java.nio.file.Path;

/** What a run can be written as. */
public enum RunFormat {
    MLFLOW {
        @Override
        public String write(TrackedRun run, Path folder) {
            return new MlflowStore(folder.resolve("mlruns")).add(run);
        }
    },
    TENSORBOARD {
        @Override
        public String write(TrackedRun run, Path folder) {
            return new TensorBoardFolder(folder).add(run);
        }
    };

    /**
     * Adds the run to a folder, in which others may be; files of the same run are replaced.
     *
     * @return a sentence that says how to look at it
     * @throws org.almaflow.observer.OutputException when the folder cannot be written to
     */
    public abstract String write(TrackedRun run, Path folder);
}
