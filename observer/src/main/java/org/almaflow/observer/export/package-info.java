/** Runs as the files of other programs that show experiments. */
package org.almaflow.observer.export;
