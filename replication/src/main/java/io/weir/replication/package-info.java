/**
 * The replicas that a node holds: {@link io.weir.replication.Replicas} is the door, the records
 * beside it are what goes through it.
 */
@NullMarked
package io.weir.replication;

import org.jspecify.annotations.NullMarked;
