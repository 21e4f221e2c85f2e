package io.weir.broker.config;

import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.TimestampType;
import io.weir.replication.compaction.core.CleanupPolicy;
import io.weir.replication.log.Durability;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the text of a setting becomes a value. Immutable.
 *
 * @param wireType the type that DescribeConfigs shows
 * @param parser reads a trimmed text
 */
public record SettingType<T>(WireType wireType, Parser<T> parser) {

  /** Reads the text of a value. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(String text) throws BadValueException;
  }

  /** A whole number from {@code min} to {@code max}, both inclusive. */
  public static SettingType<Integer> intBetween(int min, int max) {
    return new SettingType<>(WireType.INT, text -> (int) number(text, min, max));
  }

  public static SettingType<Integer> intFrom(int min) {
    return intBetween(min, Integer.MAX_VALUE);
  }

  /** A whole number from {@code min} to {@code max}, both inclusive. */
  public static SettingType<Long> longBetween(long min, long max) {
    return new SettingType<>(WireType.LONG, text -> number(text, min, max));
  }

  public static SettingType<Long> longFrom(long min) {
    return longBetween(min, Long.MAX_VALUE);
  }

  /** A number from {@code min} to {@code max}, both inclusive. */
  public static SettingType<Double> doubleBetween(double min, double max) {
    return new SettingType<>(
        WireType.DOUBLE,
        text -> {
          double value;
          try {
            value = Double.parseDouble(text);
          } catch (NumberFormatException e) {
            throw new BadValueException("must be a number");
          }
          if (!(value >= min && value <= max)) {
            throw new BadValueException("must be from " + min + " to " + max);
          }
          return value;
        });
  }

  /** What happens to old records, in the words of Kafka's settings. */
  public static SettingType<CleanupPolicy> cleanupPolicy() {
    return new SettingType<>(
        WireType.LIST,
        text -> {
          List<String> words =
              Stream.of(text.split(",", -1)).map(String::strip).distinct().sorted().toList();
          return switch (String.join(",", words)) {
            case "delete" -> CleanupPolicy.DELETE;
            case "compact" -> CleanupPolicy.COMPACT;
            case "compact,delete" -> CleanupPolicy.COMPACT_AND_DELETE;
            default -> throw new BadValueException("must be delete, compact, or both");
          };
        });
  }

  public static SettingType<Boolean> bool() {
    return new SettingType<>(
        WireType.BOOLEAN,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new BadValueException("must be true or false");
            });
  }

  /** Any text that is not blank. */
  public static SettingType<String> text() {
    return new SettingType<>(
        WireType.STRING,
        text -> {
          if (text.isEmpty()) {
            throw new BadValueException("must not be empty");
          }
          return text;
        });
  }

  /** An address to listen on, or none where the text is empty. */
  public static SettingType<Optional<HostAndPort>> addressOrNone() {
    return new SettingType<>(
        WireType.STRING,
        text -> {
          try {
            return text.isEmpty() ? Optional.empty() : Optional.of(HostAndPort.parse(text));
          } catch (IllegalArgumentException e) {
            throw new BadValueException(String.valueOf(e.getMessage()));
          }
        });
  }

  /** What an acknowledgement means. */
  public static SettingType<Durability> durability() {
    return new SettingType<>(
        WireType.STRING,
        text ->
            switch (text) {
              case "replicated" -> Durability.REPLICATED;
              case "fsync" -> Durability.FSYNC;
              default -> throw new BadValueException("must be replicated or fsync");
            });
  }

  /** A topic's codec, in the words of Kafka's settings; empty for the producer's choice. */
  public static SettingType<Optional<CompressionType>> compressionType() {
    return new SettingType<>(
        WireType.STRING,
        text ->
            switch (text) {
              case "producer" -> Optional.empty();
              case "uncompressed" -> Optional.of(CompressionType.NONE);
              case "gzip" -> Optional.of(CompressionType.GZIP);
              case "snappy" -> Optional.of(CompressionType.SNAPPY);
              case "lz4" -> Optional.of(CompressionType.LZ4);
              case "zstd" -> Optional.of(CompressionType.ZSTD);
              default ->
                  throw new BadValueException(
                      "must be producer, uncompressed, gzip, snappy, lz4 or zstd");
            });
  }

  /** A level that the codec has, its own choice among them. */
  public static SettingType<Integer> compressionLevel(CompressionType type) {
    return new SettingType<>(
        WireType.INT,
        text -> {
          int level = (int) number(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
          if (!type.hasLevel(level)) {
            throw new BadValueException(
                "must be from %d to %d, or %d"
                    .formatted(type.minLevel(), type.maxLevel(), type.defaultLevel()));
          }
          return level;
        });
  }

  /** Whose time a record carries, in the words of Kafka's settings. */
  public static SettingType<TimestampType> timestampType() {
    return new SettingType<>(
        WireType.STRING,
        text ->
            switch (text) {
              case "CreateTime" -> TimestampType.CREATE_TIME;
              case "LogAppendTime" -> TimestampType.LOG_APPEND_TIME;
              default -> throw new BadValueException("must be CreateTime or LogAppendTime");
            });
  }

  /**
   * A setting that Kafka knows with other values too, which cannot be honoured here.
   *
   * @param only the one text that is accepted
   * @param why why no other is, as the end of a sentence
   */
  public static SettingType<String> only(WireType wireType, String only, String why) {
    return new SettingType<>(
        wireType,
        text -> {
          if (!text.equals(only)) {
            throw new BadValueException("only " + only + " is supported, " + why);
          }
          return text;
        });
  }

  /** One of these words, in whatever case. */
  public static SettingType<String> oneOf(String... words) {
    List<String> known = List.of(words);
    return new SettingType<>(
        WireType.STRING,
        text -> {
          String word = text.toLowerCase(Locale.ROOT);
          if (!known.contains(word)) {
            throw new BadValueException("must be one of " + String.join(", ", known));
          }
          return word;
        });
  }

  /** Texts separated by commas; blank ones do not count. */
  public static SettingType<List<String>> list() {
    return new SettingType<>(
        WireType.LIST,
        text ->
            Stream.of(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList());
  }

  private static long number(String text, long min, long max) throws BadValueException {
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new BadValueException("must be a whole number");
    }
    if (value < min) {
      throw new BadValueException("must be at least " + min);
    }
    if (value > max) {
      throw new BadValueException("must be at most " + max);
    }
    return value;
  }
}
