package io.weir.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the load writes: a key that names the record, and a value of fixed size that begins with the
 * sequence. Stateless.
 */
final class LoadRecord {
  private static final int VALUE_BYTES = 100;

  private LoadRecord() {}

  static byte[] key(int partition, long sequence) {
    return (partition + "/" + sequence).getBytes(US_ASCII);
  }

  static byte[] value(long sequence) {
    ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES).putLong(sequence);
    while (value.hasRemaining()) {
      value.put((byte) (sequence + value.position()));
    }
    return value.array();
  }

  /** The sequence of a value, or -1 when it is not what was written. */
  static long sequence(byte[] value) {
    if (value.length != VALUE_BYTES) {
      return -1;
    }
    long sequence = ByteBuffer.wrap(value).getLong();
    return Arrays.equals(value, value(sequence)) ? sequence : -1;
  }
}
