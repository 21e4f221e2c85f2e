package io.weir.broker.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameAssemblerTest {
  private static final int MAX = 100 << 20;

  private final FrameAssembler assembler =
      new FrameAssembler(new UnpooledByteBufAllocator(true), MAX);

  @AfterEach
  void close() {
    assembler.close();
    assertThat(assembler.heldBytes()).isZero();
  }

  @Test
  void framesThatCameTogetherAreCutApart() throws BadFrameException {
    assembler.feed(
        Unpooled.wrappedBuffer(
            frame(new byte[] {1, 2}), frame(new byte[0]), frame(new byte[] {3})));

    assertThat(drain()).containsExactly(new byte[] {1, 2}, new byte[0], new byte[] {3});
  }

  @Test
  void aFrameMayComeByteByByte() throws BadFrameException {
    byte[] body = random(new Random(1), 5_000);
    ByteBuf whole = frame(body);
    List<byte[]> frames = new ArrayList<>();
    while (whole.isReadable()) {
      assembler.feed(whole.readRetainedSlice(1));
      frames.addAll(drain());
    }
    whole.release();

    assertThat(frames).containsExactly(body);
  }

  @Test
  void anyCutOfTheStreamGivesTheSameFrames() throws BadFrameException {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<byte[]> sent = new ArrayList<>();
      ByteBuf stream = Unpooled.buffer();
      for (int i = random.nextInt(20); i >= 0; i--) {
        byte[] body = random(random, random.nextInt(i % 3 == 0 ? 20_000 : 20));
        sent.add(body);
        ByteBuf frame = frame(body);
        stream.writeBytes(frame);
        frame.release();
      }
      List<byte[]> got = new ArrayList<>();
      while (stream.isReadable()) {
        int part = Math.min(stream.readableBytes(), 1 + random.nextInt(4_000));
        assembler.feed(stream.readRetainedSlice(part));
        got.addAll(drain());
      }
      stream.release();

      assertThat(got).as("seed %d", seed).containsExactlyElementsOf(sent);
      assertThat(assembler.heldBytes()).as("seed %d", seed).isZero();
    }
  }

  @Test
  void noMemoryIsTakenBecauseALengthAnnouncesIt() throws BadFrameException {
    assembler.feed(Unpooled.buffer().writeInt(95 << 20).writeByte(1));

    assertThat(drain()).isEmpty();
    assertThat(assembler.heldBytes()).isLessThanOrEqualTo(1024);
  }

  @Test
  void aGrowingFrameTakesMemoryInProportionToWhatHasCome() throws BadFrameException {
    assembler.feed(Unpooled.buffer().writeInt(4 << 20));
    for (int came = 1000; came < 4 << 20; came += 1000) {
      assembler.feed(Unpooled.buffer().writeZero(1000));
      assertThat(drain()).isEmpty();
      assertThat(assembler.heldBytes())
          .isLessThanOrEqualTo(Math.max(Math.min(16L * came, 1 << 20), 2L * came));
    }
  }

  @Test
  void aNegativeLengthIsNoFrame() {
    assembler.feed(Unpooled.buffer().writeInt(-1));

    assertThatThrownBy(assembler::next)
        .isInstanceOf(BadFrameException.class)
        .hasMessageContaining("-1 bytes");
  }

  @Test
  void aLengthAboveTheBoundIsNoFrame() {
    assembler.feed(Unpooled.buffer().writeInt(MAX + 1));

    assertThatThrownBy(assembler::next)
        .isInstanceOf(BadFrameException.class)
        .hasMessageContaining("allowed are 0 to " + MAX);
  }

  private List<byte[]> drain() throws BadFrameException {
    List<byte[]> frames = new ArrayList<>();
    for (ByteBuf frame = assembler.next(); frame != null; frame = assembler.next()) {
      frames.add(ByteBufUtil.getBytes(frame));
      frame.release();
    }
    return frames;
  }

  private static ByteBuf frame(byte[] body) {
    return Unpooled.buffer(body.length + 4).writeInt(body.length).writeBytes(body);
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
