package io.weir.fuzz;

import io.weir.protocol.record.CompressionType;
import java.util.List;

/** Any bytes as Zstandard frames. {@link CodecLaws} are all that holds. */
public final class ZstdFuzzer {
  private static final List<Integer> LEVELS = List.of(-100, 1, 3, 9);

  private ZstdFuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    CodecLaws.check(CompressionType.ZSTD, LEVELS, input);
  }
}
