/** Text as tokens: vocabularies, how they are trained, and the sequences a stream is cut into. */
package org.almaflow.producer.text;
