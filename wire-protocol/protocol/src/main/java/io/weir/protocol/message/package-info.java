/**
 * The messages of the Kafka protocol. All but a few types here are generated, from the definitions
 * in {@code src/main/schema}: one record for each message, with its structs nested in it.
 */
@NullMarked
package io.weir.protocol.message;

import org.jspecify.annotations.NullMarked;
