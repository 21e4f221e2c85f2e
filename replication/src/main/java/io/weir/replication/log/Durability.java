package io.weir.replication.log;

/** What an acknowledgement means. */
public enum Durability {
  /** In the page caches of the in-sync replicas. */
  REPLICATED,
  /** On the disks of the in-sync replicas. */
  FSYNC
}
