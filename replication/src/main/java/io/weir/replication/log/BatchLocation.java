package io.weir.replication.log;

/**
 * Where a batch lies in its segment.
 *
 * @param nextOffset the offset after the batch's last one
 * @param position of its first byte in the segment's file
 */
record BatchLocation(long baseOffset, long nextOffset, int position, int sizeInBytes) {
  int end() {
    return position + sizeInBytes;
  }
}
