package io.weir.protocol.message;

import io.weir.protocol.message.Codec.Versioned;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;

/**
 * A key or value of __consumer_offsets in Kafka's own codec, which has no version of keys but a
 * class for each kind of record.
 *
 * @param ours how the same is called here
 * @param create makes an empty one of theirs
 * @param version theirs
 */
record KafkaGroupRecord(Versioned ours, Supplier<ApiMessage> create, int version) {
  /** All kinds of records that Kafka knows, in all versions. */
  static Stream<KafkaGroupRecord> all() {
    return Arrays.stream(CoordinatorRecordType.values())
        .flatMap(kind -> Stream.concat(Stream.of(key(kind)), values(kind)));
  }

  private static KafkaGroupRecord key(CoordinatorRecordType kind) {
    return of(kind::newRecordKey, kind.id(), 0);
  }

  private static Stream<KafkaGroupRecord> values(CoordinatorRecordType kind) {
    return IntStream.rangeClosed(kind.lowestSupportedVersion(), kind.highestSupportedVersion())
        .mapToObj(version -> of(kind::newRecordValue, version, version));
  }

  /** The early form of a committed offset is only another version of it here. */
  private static KafkaGroupRecord of(Supplier<ApiMessage> create, int ourVersion, int version) {
    String name = create.get().getClass().getSimpleName().replaceFirst("^Legacy", "");
    return new KafkaGroupRecord(new Versioned(name, ourVersion), create, version);
  }

  byte[] random(long seed) {
    return new KafkaRandomBytes(new Random(seed)).of(schema());
  }

  /** Decodes to the last byte and encodes again. */
  byte[] roundTrip(byte[] bytes) {
    ApiMessage message = create.get();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    message.read(new ByteBufferAccessor(in), (short) version);
    if (in.hasRemaining()) {
      throw new IllegalStateException(in.remaining() + " bytes left over");
    }
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBuffer out = ByteBuffer.allocate(message.size(cache, (short) version));
    message.write(new ByteBufferAccessor(out), cache, (short) version);
    return out.array();
  }

  private Schema schema() {
    Class<?> type = create.get().getClass();
    try {
      return ((Schema[]) type.getField("SCHEMAS").get(null))[version];
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type.getName(), e);
    }
  }

  @Override
  public String toString() {
    return ours.toString();
  }
}
