package io.weir.fuzz;

import io.weir.protocol.record.CompressionType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What is fuzzed. Immutable. */
@SuppressWarnings("ImmutableEnumChecker") // its functions are references to static methods
enum Target {
  REQUESTS(
      RequestFrameFuzzer.class,
      RequestFrameFuzzer::fuzzerTestOneInput,
      FrameSeeds::requests,
      60_000,
      2048),
  RESPONSES(
      ResponseFrameFuzzer.class,
      ResponseFrameFuzzer::fuzzerTestOneInput,
      FrameSeeds::responses,
      60_000,
      2048),
  BATCHES(BatchFuzzer.class, BatchFuzzer::fuzzerTestOneInput, BatchSeeds::batches, 30_000, 2048),
  GZIP(
      GzipFuzzer.class,
      GzipFuzzer::fuzzerTestOneInput,
      () -> CodecSeeds.of(CompressionType.GZIP),
      10_000,
      1024),
  SNAPPY(
      SnappyFuzzer.class,
      SnappyFuzzer::fuzzerTestOneInput,
      () -> CodecSeeds.of(CompressionType.SNAPPY),
      10_000,
      1024),
  LZ4(
      Lz4Fuzzer.class,
      Lz4Fuzzer::fuzzerTestOneInput,
      () -> CodecSeeds.of(CompressionType.LZ4),
      10_000,
      1024),
  ZSTD(
      ZstdFuzzer.class,
      ZstdFuzzer::fuzzerTestOneInput,
      () -> CodecSeeds.of(CompressionType.ZSTD),
      10_000,
      1024);

  private final Class<?> fuzzer;
  private final Consumer<byte[]> input;
  private final Supplier<List<byte[]>> seeds;
  private final int shortRuns;
  private final int maxBytes;

  Target(
      Class<?> fuzzer,
      Consumer<byte[]> input,
      Supplier<List<byte[]>> seeds,
      int shortRuns,
      int maxBytes) {
    this.fuzzer = fuzzer;
    this.input = input;
    this.seeds = seeds;
    this.shortRuns = shortRuns;
    this.maxBytes = maxBytes;
  }

  /** By the name that the script and the corpus's files have. */
  static Target of(String name) {
    return Arrays.stream(values())
        .filter(target -> target.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                name + " is no target; there are " + Arrays.toString(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The class that Jazzer calls. */
  String fuzzerClass() {
    return fuzzer.getName();
  }

  /** Tries an input; throws when a law does not hold. */
  void run(byte[] bytes) {
    input.accept(bytes);
  }

  /** Inputs to start from, beside the corpus. */
  List<byte[]> seeds() {
    return seeds.get();
  }

  /** How many inputs the tests of a build try. */
  int shortRuns() {
    return shortRuns;
  }

  /** Length of the longest input that is tried. */
  int maxBytes() {
    return maxBytes;
  }
}
