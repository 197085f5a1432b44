/** Asking a predictor over its topics. */
package org.almaflow.observer.predict;
