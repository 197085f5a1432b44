/** Predictions of published models, apart from training. */
package org.almaflow.learning.predict;
