package io.weir.fuzz;

import io.weir.protocol.record.CompressionType;
import java.util.List;

/**
 * Any bytes as snappy, as the stream of snappy-java or as one bare block. {@link CodecLaws} are all
 * that holds.
 */
public final class SnappyFuzzer {
  private static final List<Integer> LEVELS = List.of(0);

  private SnappyFuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    CodecLaws.check(CompressionType.SNAPPY, LEVELS, input);
  }
}
