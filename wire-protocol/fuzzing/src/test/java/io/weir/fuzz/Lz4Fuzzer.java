package io.weir.fuzz;

import io.weir.protocol.record.CompressionType;
import java.util.List;

/**
 * Any bytes as an LZ4 frame, with independent or linked blocks. {@link CodecLaws} are all that
 * holds.
 */
public final class Lz4Fuzzer {
  private static final List<Integer> LEVELS = List.of(1, 9, 12, 17);

  private Lz4Fuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    CodecLaws.check(CompressionType.LZ4, LEVELS, input);
  }
}
