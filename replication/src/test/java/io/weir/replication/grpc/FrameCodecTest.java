package io.weir.replication.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.MethodDescriptor.Marshaller;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.weir.protocol.model.TopicIdPartition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
  private static final TopicIdPartition PARTITION = new TopicIdPartition(new UUID(1, -2), 7);
  private static final Marshaller<List<FollowerMessage>> OF_FOLLOWERS =
      ReplicationMethod.FOLLOW.getRequestMarshaller();
  private static final Marshaller<List<LeaderMessage>> OF_LEADERS =
      ReplicationMethod.FOLLOW.getResponseMarshaller();

  private static ByteBuf bytes(int count) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(count);
    for (int i = 0; i < count; i++) {
      bytes.writeByte(i);
    }
    return bytes;
  }

  private static List<LeaderMessage> allOfALeader(ByteBuf batches) {
    return List.of(
        new LeaderMessage.Diverged(PARTITION, 5, 1, 4, 99),
        new LeaderMessage.Batches(PARTITION, 5, 2, 1L << 40, 3, batches),
        new LeaderMessage.Watermark(PARTITION, 5, 3, 8, 9),
        new LeaderMessage.StartOver(PARTITION, 5, 4, 1000),
        new LeaderMessage.Refused(PARTITION, 5, 5));
  }

  private static byte[] encoded(List<LeaderMessage> messages) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Outgoing outgoing = Outgoing.ofLeader(messages);
    int announced = outgoing.available();
    assertThat(outgoing.drainTo(out)).isEqualTo(announced);
    assertThat(out.size()).isEqualTo(announced);
    return out.toByteArray();
  }

  @Test
  void whatAFollowerSaysArrivesAsItWasSaid() {
    List<FollowerMessage> said =
        List.of(
            new FollowerMessage.Follow(PARTITION, 5, 1, 77, -1, 70),
            new FollowerMessage.Ack(PARTITION, 5, 1, Long.MAX_VALUE, 12),
            new FollowerMessage.LogStart(PARTITION, 5, 1, 76));

    assertThat(OF_FOLLOWERS.parse(OF_FOLLOWERS.stream(said))).isEqualTo(said);
  }

  @Test
  void whatALeaderSaysArrivesAsItWasSaidAndTheBuffersStayWithTheirOwners() throws IOException {
    ByteBuf batches = bytes(100_000);
    List<LeaderMessage> said = allOfALeader(batches);

    List<LeaderMessage> heard = OF_LEADERS.parse(new ByteArrayInputStream(encoded(said)));

    assertThat(heard).isEqualTo(said);
    assertThat(batches.refCnt()).isEqualTo(1);
    said.forEach(LeaderMessage::release);
    heard.forEach(LeaderMessage::release);
    assertThat(batches.refCnt()).isZero();
  }

  @Test
  void readingByteByByteGivesTheSameAsDraining() throws IOException {
    ByteBuf batches = bytes(300);
    List<LeaderMessage> said = allOfALeader(batches);

    byte[] drained = encoded(said);
    byte[] read = Outgoing.ofLeader(said).readAllBytes();

    assertThat(read).isEqualTo(drained);
    said.forEach(LeaderMessage::release);
  }

  @Test
  void cutOffOrMadeUpBytesAreRefusedAndNothingLeaks() throws IOException {
    ByteBuf batches = bytes(50);
    List<LeaderMessage> said = allOfALeader(batches);
    byte[] whole = encoded(said);
    said.forEach(LeaderMessage::release);
    Random random = new Random(4);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
      if (bad.length > 0) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      ByteBuf in = Unpooled.wrappedBuffer(bad);
      try {
        FrameCodec.readLeaderMessages(in).forEach(LeaderMessage::release);
      } catch (MalformedFrameException e) {
        assertThat(e).hasMessageContaining("frame");
      }
      assertThat(in.refCnt()).isEqualTo(1);
      in.release();
    }
  }

  @Test
  void aFrameTypeOfTheOtherSideIsRefused() {
    ByteBuf in = Unpooled.buffer();
    FrameCodec.write(new FollowerMessage.Ack(PARTITION, 5, 1, 3, 2), in);

    assertThatThrownBy(() -> FrameCodec.readLeaderMessages(in))
        .isInstanceOf(MalformedFrameException.class);
  }
}
