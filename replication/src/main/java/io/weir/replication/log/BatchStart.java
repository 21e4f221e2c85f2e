package io.weir.replication.log;

/**
 * Where a batch begins: its base offset, and the position of its first byte in the segment's file.
 */
record BatchStart(long baseOffset, int position) {}
