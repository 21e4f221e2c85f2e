/** A ZooKeeper server inside a process of ours, for clusters on one machine and for tests. */
@NullMarked
package io.weir.coordinator.zookeeper.server;

import org.jspecify.annotations.NullMarked;
