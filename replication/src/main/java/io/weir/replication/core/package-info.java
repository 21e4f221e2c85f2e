/**
 * Deciding cores of a replica, leader and follower: events in, decisions out; no threads, clock or
 * I/O.
 */
@NullMarked
package io.weir.replication.core;

import org.jspecify.annotations.NullMarked;
