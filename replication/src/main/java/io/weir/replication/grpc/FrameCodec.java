package io.weir.replication.grpc;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The bytes of a message on a stream: frames, one after the other, big-endian. A frame is a type
 * (int8), topic id (16 bytes), partition, leader epoch, follow id (int32 each) and what the type
 * asks for. Immutable.
 */
final class FrameCodec {
  private static final byte FOLLOW = 1;
  private static final byte ACK = 2;
  private static final byte DIVERGED = 3;
  private static final byte START_OVER = 4;
  private static final byte BATCHES = 5;
  private static final byte WATERMARK = 6;
  private static final byte REFUSED = 7;
  private static final byte LOG_START = 8;

  /** Type, topic id, partition, leader epoch, follow id. */
  private static final int HEAD = 1 + 16 + 3 * Integer.BYTES;

  private static final int FOLLOW_BYTES = 2 * Long.BYTES + Integer.BYTES;
  private static final int ACK_BYTES = 2 * Long.BYTES;

  /** Bytes of the largest frame, but for the batches in it. */
  static final int MAX_FIXED = HEAD + 2 * Long.BYTES + Integer.BYTES;

  private FrameCodec() {}

  static int size(FollowerMessage message) {
    return switch (message) {
      case FollowerMessage.Follow _ -> HEAD + FOLLOW_BYTES;
      case FollowerMessage.Ack _ -> HEAD + ACK_BYTES;
      case FollowerMessage.LogStart _ -> HEAD + Long.BYTES;
    };
  }

  static void write(FollowerMessage message, ByteBuf out) {
    switch (message) {
      case FollowerMessage.Follow follow -> {
        writeHead(FOLLOW, follow.partition(), follow.leaderEpoch(), follow.followId(), out);
        out.writeLong(follow.logEndOffset())
            .writeInt(follow.lastEpoch())
            .writeLong(follow.flushedEndOffset());
      }
      case FollowerMessage.Ack ack -> {
        writeHead(ACK, ack.partition(), ack.leaderEpoch(), ack.followId(), out);
        out.writeLong(ack.logEndOffset()).writeLong(ack.flushedEndOffset());
      }
      case FollowerMessage.LogStart start -> {
        writeHead(LOG_START, start.partition(), start.leaderEpoch(), start.followId(), out);
        out.writeLong(start.logStartOffset());
      }
    }
  }

  /** Size of all, the batches included. */
  static int size(LeaderMessage message) {
    return switch (message) {
      case LeaderMessage.Diverged _ -> HEAD + Integer.BYTES + Long.BYTES;
      case LeaderMessage.StartOver _ -> HEAD + Long.BYTES;
      case LeaderMessage.Batches batches -> MAX_FIXED + batches.bytes().readableBytes();
      case LeaderMessage.Watermark _ -> HEAD + 2 * Long.BYTES;
      case LeaderMessage.Refused _ -> HEAD;
    };
  }

  /** Writes all but the bytes of {@link LeaderMessage.Batches}, which follow their length. */
  static void writeFixed(LeaderMessage message, ByteBuf out) {
    byte type =
        switch (message) {
          case LeaderMessage.Diverged _ -> DIVERGED;
          case LeaderMessage.StartOver _ -> START_OVER;
          case LeaderMessage.Batches _ -> BATCHES;
          case LeaderMessage.Watermark _ -> WATERMARK;
          case LeaderMessage.Refused _ -> REFUSED;
        };
    writeHead(type, message.partition(), message.leaderEpoch(), message.followId(), out);
    switch (message) {
      case LeaderMessage.Diverged diverged ->
          out.writeInt(diverged.epoch()).writeLong(diverged.endOffset());
      case LeaderMessage.StartOver startOver -> out.writeLong(startOver.logStartOffset());
      case LeaderMessage.Batches batches ->
          out.writeLong(batches.highWatermark())
              .writeLong(batches.logStartOffset())
              .writeInt(batches.bytes().readableBytes());
      case LeaderMessage.Watermark watermark ->
          out.writeLong(watermark.highWatermark()).writeLong(watermark.logStartOffset());
      case LeaderMessage.Refused _ -> {}
    }
  }

  private static void writeHead(
      byte type, TopicIdPartition partition, int leaderEpoch, int followId, ByteBuf out) {
    out.writeByte(type)
        .writeLong(partition.topicId().getMostSignificantBits())
        .writeLong(partition.topicId().getLeastSignificantBits())
        .writeInt(partition.partition())
        .writeInt(leaderEpoch)
        .writeInt(followId);
  }

  static List<FollowerMessage> readFollowerMessages(ByteBuf in) {
    List<FollowerMessage> messages = new ArrayList<>();
    while (in.isReadable()) {
      need(in, HEAD);
      byte type = in.readByte();
      TopicIdPartition partition = readPartition(in);
      int leaderEpoch = in.readInt();
      int followId = in.readInt();
      need(
          in,
          switch (type) {
            case FOLLOW -> FOLLOW_BYTES;
            case ACK -> ACK_BYTES;
            default -> Long.BYTES;
          });
      messages.add(
          switch (type) {
            case FOLLOW ->
                new FollowerMessage.Follow(
                    partition, leaderEpoch, followId, in.readLong(), in.readInt(), in.readLong());
            case ACK ->
                new FollowerMessage.Ack(
                    partition, leaderEpoch, followId, in.readLong(), in.readLong());
            case LOG_START ->
                new FollowerMessage.LogStart(partition, leaderEpoch, followId, in.readLong());
            default -> throw new MalformedFrameException("frame type " + type + " of a follower");
          });
    }
    return messages;
  }

  /** Reads all messages; the batches are retained slices of the buffer. */
  static List<LeaderMessage> readLeaderMessages(ByteBuf in) {
    List<LeaderMessage> messages = new ArrayList<>();
    try {
      while (in.isReadable()) {
        messages.add(readLeaderMessage(in));
      }
      return messages;
    } catch (MalformedFrameException e) {
      messages.forEach(LeaderMessage::release);
      throw e;
    }
  }

  private static LeaderMessage readLeaderMessage(ByteBuf in) {
    need(in, HEAD);
    byte type = in.readByte();
    TopicIdPartition partition = readPartition(in);
    int leaderEpoch = in.readInt();
    int followId = in.readInt();
    return switch (type) {
      case DIVERGED -> {
        need(in, Integer.BYTES + Long.BYTES);
        yield new LeaderMessage.Diverged(
            partition, leaderEpoch, followId, in.readInt(), in.readLong());
      }
      case START_OVER -> {
        need(in, Long.BYTES);
        yield new LeaderMessage.StartOver(partition, leaderEpoch, followId, in.readLong());
      }
      case BATCHES -> {
        need(in, 2 * Long.BYTES + Integer.BYTES);
        long highWatermark = in.readLong();
        long logStartOffset = in.readLong();
        int length = in.readInt();
        need(in, length);
        yield new LeaderMessage.Batches(
            partition,
            leaderEpoch,
            followId,
            highWatermark,
            logStartOffset,
            in.readRetainedSlice(length));
      }
      case WATERMARK -> {
        need(in, 2 * Long.BYTES);
        yield new LeaderMessage.Watermark(
            partition, leaderEpoch, followId, in.readLong(), in.readLong());
      }
      case REFUSED -> new LeaderMessage.Refused(partition, leaderEpoch, followId);
      default -> throw new MalformedFrameException("frame type " + type + " of a leader");
    };
  }

  private static TopicIdPartition readPartition(ByteBuf in) {
    return new TopicIdPartition(new UUID(in.readLong(), in.readLong()), in.readInt());
  }

  private static void need(ByteBuf in, int bytes) {
    if (bytes < 0 || in.readableBytes() < bytes) {
      throw new MalformedFrameException(
          "a frame asks for " + bytes + " bytes where " + in.readableBytes() + " are left");
    }
  }
}
