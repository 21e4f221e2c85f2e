/**
 * What lies in ZooKeeper and how it is read and written: registrations, the election, the fenced
 * store of metadata. The only place here that knows Curator and ZooKeeper.
 */
@NullMarked
package io.weir.coordinator.zookeeper;

import org.jspecify.annotations.NullMarked;
