package io.weir.fuzz;

import io.weir.protocol.record.CompressionType;
import java.util.List;

/** Any bytes as gzip, with one or more members. {@link CodecLaws} are all that holds. */
public final class GzipFuzzer {
  private static final List<Integer> LEVELS = List.of(1, 6, 9, -1);

  private GzipFuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    CodecLaws.check(CompressionType.GZIP, LEVELS, input);
  }
}
