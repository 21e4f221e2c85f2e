/** Streams between nodes: one per follower node and leader node, for all partitions they share. */
@NullMarked
package io.weir.replication.grpc;

import org.jspecify.annotations.NullMarked;
