/**
 * A cluster on this machine: node processes, a ZooKeeper inside their supervisor, and the folder
 * that they live in.
 */
@NullMarked
package io.weir.deploy.local;

import org.jspecify.annotations.NullMarked;
