/**
 * The live dashboard: one reader of the metric topics, a small model of what they say, and a web
 * server that shows it. {@link org.almaflow.observer.dashboard.Dashboard} is the way in.
 */
package org.almaflow.observer.dashboard;
