package io.weir.replication.disk;

/** What a name in a directory stands for. */
abstract sealed class DiskNode permits DiskFile, DiskDirectory {}
