package io.weir.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.Records;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WireTypesTest {
  private static final long SEED = Long.getLong("seed", 1);

  private final ByteBuf buffer = Unpooled.buffer();
  private final WireWriter out = new WireWriter(buffer);

  @Test
  void primitivesComeBackAsTheyWere() {
    UUID id = new UUID(3, -4);
    out.writeBoolean(true);
    out.writeInt8((byte) -7);
    out.writeInt16((short) -300);
    out.writeUint16(65_535);
    out.writeInt32(Integer.MIN_VALUE);
    out.writeInt64(Long.MAX_VALUE);
    out.writeFloat64(-0.5);
    out.writeUuid(id);

    WireReader in = new WireReader(buffer);
    assertThat(in.readBoolean()).isTrue();
    assertThat(in.readInt8()).isEqualTo((byte) -7);
    assertThat(in.readInt16()).isEqualTo((short) -300);
    assertThat(in.readUint16()).isEqualTo(65_535);
    assertThat(in.readInt32()).isEqualTo(Integer.MIN_VALUE);
    assertThat(in.readInt64()).isEqualTo(Long.MAX_VALUE);
    assertThat(in.readFloat64()).isEqualTo(-0.5);
    assertThat(in.readUuid()).isEqualTo(id);
    assertThat(in.remaining()).isZero();
  }

  @Test
  void varintsAreThoseOfKafka() {
    Random random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      long wide = random.nextLong() >> random.nextInt(64);
      int narrow = (int) wide;
      buffer.clear();
      out.writeUnsignedVarint(narrow);
      out.writeVarint(narrow);
      out.writeVarlong(wide);

      ByteBuffer theirs = ByteBuffer.allocate(20);
      ByteBufferAccessor kafka = new ByteBufferAccessor(theirs);
      kafka.writeUnsignedVarint(narrow);
      assertThat(WireSize.unsignedVarint(narrow)).isEqualTo(theirs.position());
      kafka.writeVarint(narrow);
      kafka.writeVarlong(wide);
      assertThat(buffer.nioBuffer()).as("%d", wide).isEqualTo(theirs.flip());

      WireReader in = new WireReader(buffer);
      assertThat(in.readUnsignedVarint()).isEqualTo(narrow);
      assertThat(in.readVarint()).isEqualTo(narrow);
      assertThat(in.readVarlong()).isEqualTo(wide);
    }
  }

  @Test
  void varintsThatAreTooLongAreMalformed() {
    assertMalformed(in -> in.readUnsignedVarint(), 0xff, 0xff, 0xff, 0xff, 0x10);
    assertMalformed(in -> in.readUnsignedVarint(), 0x80, 0x80, 0x80, 0x80, 0x80, 0x00);
    assertMalformed(
        in -> in.readVarlong(), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02);
    assertMalformed(in -> in.readUnsignedVarint(), 0x80);
  }

  @Test
  void stringsAndBytesComeBackInBothEncodings() {
    for (boolean compact : List.of(true, false)) {
      buffer.clear();
      out.writeString("für 世界 🚀", compact);
      out.writeString(null, compact);
      out.writeBytes(ByteBuffer.wrap(new byte[] {1, 2}), compact);
      out.writeBytes(null, compact);

      assertThat(buffer.readableBytes())
          .isEqualTo(
              WireSize.string("für 世界 🚀", compact)
                  + WireSize.string(null, compact)
                  + WireSize.bytes(ByteBuffer.allocate(2), compact)
                  + WireSize.bytes(null, compact));
      WireReader in = new WireReader(buffer);
      assertThat(in.readString(compact)).isEqualTo("für 世界 🚀");
      assertThat(in.readNullableString(compact)).isNull();
      assertThat(in.readBytes(compact)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
      assertThat(in.readNullableBytes(compact)).isNull();
    }
  }

  @Test
  void lengthsThatLieAreMalformed() {
    assertMalformed(in -> in.readString(false), 0x00, 0x02, 'a');
    assertMalformed(in -> in.readNullableString(false), 0xff, 0xfe);
    assertMalformed(in -> in.readString(false), 0xff, 0xff);
    assertMalformed(in -> in.readString(true), 0x00);
    assertMalformed(in -> in.readBytes(false), 0x7f, 0xff, 0xff, 0xff);
    assertMalformed(in -> in.readNullableBytes(true), 0xff, 0xff, 0xff, 0xff, 0x0f);
    assertMalformed(in -> in.readList(false, 4, in::readInt32), 0xff, 0xff, 0xff, 0xff);
    assertMalformed(in -> in.readList(true, 4, in::readInt32), 0x02, 0x00, 0x00);
    assertMalformed(in -> in.readPresence(), 0x02);
    assertMalformed(in -> in.readTaggedPresence(), 0x02);
  }

  @Test
  void unknownTaggedFieldsAreSkipped() {
    WireReader in = new WireReader(bytes(0x02, 0x03, 0x01, 0x00, 0x05, 0x02, 0x00, 0x00, 0x2a));

    in.skipTaggedFields();

    assertThat(in.readInt8()).isEqualTo((byte) 0x2a);
  }

  @Test
  void taggedFieldsAreConfinedToTheirLength() {
    assertMalformed(
        in -> {
          in.beginTaggedField();
          in.readInt32();
        },
        0x02,
        0x00,
        0x00,
        0x00,
        0x00);
    assertMalformed(
        in -> {
          int end = in.beginTaggedField();
          in.readInt8();
          in.endTaggedField(end);
        },
        0x02,
        0x00,
        0x00);
    assertMalformed(in -> in.skipTaggedFields(), 0x02, 0x03, 0x00, 0x03, 0x00);
    assertMalformed(in -> in.skipTaggedFields(), 0xff, 0xff, 0xff, 0xff, 0x0f);
  }

  @Test
  void recordsAreSlicesOfTheFrameThatHoldAReference() {
    ByteBuf frame = bytes(0x00, 0x00, 0x00, 0x03, 1, 2, 3);

    Records records = new WireReader(frame).readRecords(false);

    assertThat(records.sizeInBytes()).isEqualTo(3);
    assertThat(frame.refCnt()).isEqualTo(2);
    records.release();
    assertThat(frame.refCnt()).isEqualTo(1);
  }

  @Test
  void recordsOfAFileAreSplicedIn(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("segment"), new byte[100]);
    AtomicInteger releases = new AtomicInteger();
    try (FileChannel channel = FileChannel.open(file)) {
      FileRecords records = new FileRecords(channel, 10, 50, releases::incrementAndGet);
      out.writeInt8((byte) 1);
      out.writeRecords(records, true);
      out.writeRecords(new BufferRecords(bytes(7, 8)), true);

      assertThat(out.splices()).containsExactly(new Splice(2, records));
      assertThat(buffer.readableBytes()).isEqualTo(1 + 1 + 1 + 2);
      assertThat(WireSize.records(records, true)).isEqualTo(51);
      assertThat(WireSize.fileBytes(records)).isEqualTo(50);
      records.release();
      records.release();
      assertThat(releases).hasValue(1);
    }
  }

  @Test
  void aStringTooLongForTheOlderEncodingIsRefusedBeforeItIsWritten() {
    String text = "x".repeat(40_000);

    assertThatThrownBy(() -> WireSize.string(text, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(WireSize.string(text, true)).isEqualTo(40_003);
  }

  private interface Reading {
    void read(WireReader in);
  }

  private static void assertMalformed(Reading reading, int... bytes) {
    WireReader in = new WireReader(bytes(bytes));
    assertThatThrownBy(() -> reading.read(in)).isInstanceOf(MalformedMessageException.class);
  }

  private static ByteBuf bytes(int... bytes) {
    ByteBuf buffer = Unpooled.buffer();
    for (int b : bytes) {
      buffer.writeByte(b);
    }
    return buffer;
  }
}
