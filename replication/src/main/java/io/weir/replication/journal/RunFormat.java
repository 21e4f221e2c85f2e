package io.weir.replication.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The layout of a journal file, big-endian. Immutable.
 *
 * <pre>
 * first page: magic int32, CRC-32C int32 of what follows, life int64, salt int64, generation int64,
 *             first run int64
 * run:        magic int32, CRC-32C int32 of what follows, salt int64, number int64,
 *             payload length int32, payload
 * entry:      type int8, ticket int64, length of the name int16, name, then
 *             append: base offset, end offset int64, length int32, batches
 *             truncate, start over: offset int64; settled: ticket int64; deleted: nothing
 * </pre>
 */
final class RunFormat {
  /** Runs begin at multiples of this, so that no flush writes a page again. */
  static final int PAGE = 4096;

  static final int FILE_MAGIC = 0x574a4601;
  static final int RUN_MAGIC = 0x574a5201;
  static final int HEADER_BYTES = 2 * Integer.BYTES + 4 * Long.BYTES;
  static final int RUN_BYTES = 2 * Integer.BYTES + 2 * Long.BYTES + Integer.BYTES;

  /** Both magics and CRCs are at the same place. */
  static final int CRC_INDEX = Integer.BYTES;

  static final int CHECKED_FROM = 2 * Integer.BYTES;

  static final byte APPEND = 1;
  static final byte TRUNCATE = 2;
  static final byte START_OVER = 3;
  static final byte SETTLED = 4;
  static final byte DELETED = 5;

  private RunFormat() {}

  static int pages(int bytes) {
    return Math.ceilDiv(bytes, PAGE) * PAGE;
  }

  /** CRC-32C of all that is checked up to the end (exclusive). */
  static int crc(ByteBuffer bytes, int end) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().limit(end).position(CHECKED_FROM));
    return (int) crc.getValue();
  }

  /**
   * What a file's first page says.
   *
   * @param life the same in all files that belong together
   * @param salt drawn anew for each use of a file
   * @param generation one more than that of the file before
   * @param firstRun number of the first run in it
   */
  record FileHeader(long life, long salt, long generation, long firstRun) {
    ByteBuffer encode() {
      ByteBuffer page = ByteBuffer.allocate(PAGE).putInt(FILE_MAGIC).putInt(0);
      page.putLong(life).putLong(salt).putLong(generation).putLong(firstRun);
      page.putInt(CRC_INDEX, crc(page, HEADER_BYTES));
      return page.clear();
    }

    static boolean isValid(ByteBuffer page) {
      return page.getInt(0) == FILE_MAGIC && page.getInt(CRC_INDEX) == crc(page, HEADER_BYTES);
    }

    static FileHeader decode(ByteBuffer page) {
      return new FileHeader(page.getLong(8), page.getLong(16), page.getLong(24), page.getLong(32));
    }
  }
}
