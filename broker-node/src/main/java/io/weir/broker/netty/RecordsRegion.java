package io.weir.broker.netty;

import io.netty.channel.DefaultFileRegion;
import io.weir.protocol.record.FileRecords;

/**
 * Records of a segment file, sent by the kernel from the page cache. It is a {@link
 * DefaultFileRegion} because only for that class the epoll transport uses sendfile; unlike that one
 * it leaves the file open, which belongs to the segment, and gives back its reference instead.
 */
final class RecordsRegion extends DefaultFileRegion {
  private final FileRecords records;

  RecordsRegion(FileRecords records) {
    super(records.channel(), records.position(), records.sizeInBytes());
    this.records = records;
  }

  @Override
  protected void deallocate() {
    records.release();
  }
}
