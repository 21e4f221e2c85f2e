package io.weir.protocol.message;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.Records;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares one of our messages with the fields of another codec's, one by one. A field that the
 * other lacks, because the version lacks it or because it is tagged and not sent, must hold its
 * default here.
 */
final class FieldComparison {
  private final List<String> differences = new ArrayList<>();

  private FieldComparison() {}

  /** What is different, with the paths of the fields; empty when nothing is. */
  static List<String> differences(
      ProtocolMessage ours, Map<String, ? extends @Nullable Object> theirs) {
    FieldComparison comparison = new FieldComparison();
    comparison.compareStruct("", (Record) ours, theirs);
    return comparison.differences;
  }

  private void compareStruct(
      String path, Record ours, Map<String, ? extends @Nullable Object> theirs) {
    Set<String> left = new HashSet<>(theirs.keySet());
    for (RecordComponent component : ours.getClass().getRecordComponents()) {
      String name = component.getName();
      Object value = MessageBuilders.value(ours, component);
      String key = value instanceof Records ? name + "SizeInBytes" : name;
      if (left.remove(key)) {
        compareValue(path + "." + name, value, theirs.get(key));
      } else if (!Objects.equals(value, MessageBuilders.defaultOf(component))) {
        differences.add(path + "." + name + ": ours is " + value + ", theirs has no such field");
      }
    }
    left.forEach(name -> differences.add(path + "." + name + ": only theirs has this field"));
  }

  private void compareValue(String path, @Nullable Object ours, @Nullable Object theirs) {
    if (ours instanceof Record struct && !(ours instanceof Records)) {
      fields(theirs)
          .ifPresentOrElse(
              fields -> compareStruct(path, struct, fields), () -> differ(path, ours, theirs));
    } else if (ours instanceof List<?> list && theirs instanceof List<?> theirList) {
      if (list.size() != theirList.size()) {
        differ(path + ".size", list.size(), theirList.size());
        return;
      }
      for (int i = 0; i < list.size(); i++) {
        compareValue(path + "[" + i + "]", list.get(i), theirList.get(i));
      }
    } else if (!Objects.equals(plain(ours), theirs)) {
      differ(path, ours, theirs);
    }
  }

  private void differ(String path, @Nullable Object ours, @Nullable Object theirs) {
    differences.add(path + ": ours is " + ours + ", theirs is " + theirs);
  }

  @SuppressWarnings("unchecked") // keys are names of fields wherever a map is
  private static Optional<Map<String, @Nullable Object>> fields(@Nullable Object value) {
    return value instanceof Map<?, ?> map
        ? Optional.of((Map<String, @Nullable Object>) map)
        : Optional.empty();
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Byte number -> number.longValue();
      case Short number -> number.longValue();
      case Integer number -> number.longValue();
      case ErrorCode error -> (long) error.code();
      case UUID id -> text(id);
      case Records records -> (long) records.sizeInBytes();
      case null, default -> value;
    };
  }

  /** As Kafka writes ids. */
  private static String text(UUID id) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
