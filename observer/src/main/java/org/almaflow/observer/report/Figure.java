package org.almaflow.observer.report;

/**
 * One picture of a report with the table that stands beside it.
 *
 * @param table what the page shows for those who do not see the picture
 * @param file name of the CSV file with all of its values
 */
record Figure(Plot plot, Table table, String file) {}
