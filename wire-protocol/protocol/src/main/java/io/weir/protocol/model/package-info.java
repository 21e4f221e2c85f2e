/**
 * The vocabulary that all modules share: partitions, addresses, error codes, topic names. All
 * immutable.
 */
@NullMarked
package io.weir.protocol.model;

import org.jspecify.annotations.NullMarked;
