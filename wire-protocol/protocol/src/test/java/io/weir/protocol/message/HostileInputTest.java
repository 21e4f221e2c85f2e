package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.message.Codec.Versioned;
import io.weir.protocol.wire.MalformedMessageException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes over the wire is decoded, or refused with the one exception of decoding; never
 * more.
 */
final class HostileInputTest {
  private static final long SEED = Long.getLong("seed", 1);
  private static final Reference KAFKA = new KafkaReference();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Heap that a byte of input may cost, and what a message may cost at all. */
  private static final long HEAP_PER_BYTE = 200;

  private static final long HEAP_PER_MESSAGE = 64 * 1024;

  static Stream<Versioned> all() {
    return Codec.all().filter(versioned -> KAFKA.has(versioned.message(), versioned.version()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aMessageCutOffAnywhereIsMalformed(Versioned versioned) {
    byte[] bytes = KAFKA.random(versioned.message(), versioned.version(), SEED);
    for (int length = 0; length < bytes.length; length++) {
      ByteBuf in = Unpooled.copiedBuffer(bytes, 0, length);
      assertThatThrownBy(() -> Codec.read(versioned, in))
          .as("%s, %d of %d bytes", versioned, length, bytes.length)
          .isInstanceOf(MalformedMessageException.class);
      assertThat(in.refCnt()).as("records of a refused message are released").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void damagedMessagesAreDecodedOrRefusedAndCostLittle(Versioned versioned) {
    Random random = new Random(SEED);
    for (int i = 0; i < 100; i++) {
      byte[] bytes = KAFKA.random(versioned.message(), versioned.version(), random.nextLong());
      for (int damage = random.nextInt(4); damage >= 0 && bytes.length > 0; damage--) {
        bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
      }
      assertDecodedOrRefused(versioned, bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void garbageIsDecodedOrRefusedAndCostsLittle(Versioned versioned) {
    Random random = new Random(SEED);
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (random.nextInt(4) == 0) {
        Arrays.fill(bytes, 0, bytes.length / 2, (byte) random.nextInt(2));
      }
      assertDecodedOrRefused(versioned, bytes);
    }
  }

  @Test
  void anArrayMayNotClaimMoreElementsThanTheBytesCanHold() {
    ByteBuf in = Unpooled.buffer().writeInt(100_000_000).writeZero(100);
    Versioned metadata = new Versioned("MetadataRequest", 1);
    long before = allocated();
    assertThatThrownBy(() -> Codec.read(metadata, in))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("array of 100000000 elements in 100 bytes");
    assertThat(allocated() - before).isLessThan(HEAP_PER_MESSAGE);
  }

  @Test
  void aMessageMayNotHoldMoreElementsThanAnybodyNeeds() {
    int topics = 2_000_000;
    ByteBuf in = Unpooled.buffer().writeInt(topics).writeZero(2 * topics);
    assertThatThrownBy(() -> Codec.read(new Versioned("MetadataRequest", 1), in))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("elements in a message");
  }

  private static void assertDecodedOrRefused(Versioned versioned, byte[] bytes) {
    long allowed = HEAP_PER_MESSAGE + HEAP_PER_BYTE * bytes.length;
    long cost = decodeOrRefuse(versioned, bytes);
    if (cost >= allowed) { // code that runs for the first time is linked, and that costs heap too
      cost = decodeOrRefuse(versioned, bytes);
    }
    assertThat(cost).as("%s %s", versioned, Arrays.toString(bytes)).isLessThan(allowed);
  }

  /** Bytes of heap that it took. */
  private static long decodeOrRefuse(Versioned versioned, byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    long before = allocated();
    try {
      Codec.read(versioned, in).releaseRecords();
    } catch (MalformedMessageException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    } catch (RuntimeException e) {
      fail(versioned + " " + Arrays.toString(bytes), e);
    }
    long cost = allocated() - before;
    assertThat(in.refCnt()).isEqualTo(1);
    return cost;
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
