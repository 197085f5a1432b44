/**
 * The report on one or several runs: what is read of them, the figures that are derived, the
 * pictures, and the files that hold them. {@link org.almaflow.observer.report.Report} is the way
 * in; the rest is plain values and functions of them.
 */
package org.almaflow.observer.report;
