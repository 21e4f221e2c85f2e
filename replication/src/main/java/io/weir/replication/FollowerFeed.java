package io.weir.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.core.FollowerProgress;
import io.weir.replication.core.SendWindow;
import io.weir.replication.grpc.FollowerStream;
import io.weir.replication.grpc.LeaderMessage;
import io.weir.replication.log.LogRead;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a partition's log to one follower, from one Follow on until the next: from memory what the
 * round appended when the follower is at the tail, else from the file, in bounded parts that a
 * background thread reads. Confined to the partition's loop.
 */
final class FollowerFeed {
  private static final Logger logger = LoggerFactory.getLogger(FollowerFeed.class);

  /** Bytes read from the file in one go, but for one larger batch. */
  private static final int PART_BYTES = 256 * 1024;

  /**
   * What a round appended.
   *
   * @param bytes valid during the round
   * @param endOffset exclusive
   */
  record Appended(ByteBuf bytes, long baseOffset, long endOffset) {}

  private final PartitionReplica replica;
  private final int leaderEpoch;
  private final FollowerProgress progress;
  private final FollowerStream stream;
  private final int followId;
  private long toldHighWatermark = -1;
  private long toldLogStart = -1;
  private boolean reading;
  private boolean ended;

  FollowerFeed(
      PartitionReplica replica, int leaderEpoch, FollowerProgress progress, FollowerStream stream) {
    this.replica = replica;
    this.leaderEpoch = leaderEpoch;
    this.progress = progress;
    this.stream = stream;
    this.followId = progress.followId();
  }

  FollowerStream stream() {
    return stream;
  }

  /** Sends what can be sent now: of the round's appends, of the file, or the watermark alone. */
  void pump(List<Appended> round) {
    if (ended) {
      return;
    }
    if (!stream.isWritable()) {
      replica.context().starve(stream, replica);
      return;
    }
    if (!reading) {
      for (Appended appended : round) {
        sendFromMemory(appended);
      }
      readIfBehind();
    }
    tellWatermark();
  }

  private void sendFromMemory(Appended appended) {
    SendWindow window = progress.window();
    if (appended.baseOffset() == window.nextOffset() && window.room() > 0) {
      send(appended.bytes().retainedDuplicate(), appended.endOffset());
    }
  }

  /** Takes over the buffer. */
  private void send(ByteBuf bytes, long endOffset) {
    progress.window().onSent(endOffset, bytes.readableBytes());
    toldHighWatermark = replica.highWatermark();
    toldLogStart = replica.log().logStartOffset();
    replica
        .context()
        .outbox()
        .add(
            stream,
            new LeaderMessage.Batches(
                replica.id(), leaderEpoch, followId, toldHighWatermark, toldLogStart, bytes));
  }

  private void tellWatermark() {
    long logStart = replica.log().logStartOffset();
    if (toldHighWatermark == replica.highWatermark() && toldLogStart == logStart) {
      return;
    }
    toldHighWatermark = replica.highWatermark();
    toldLogStart = logStart;
    replica
        .context()
        .outbox()
        .add(
            stream,
            new LeaderMessage.Watermark(
                replica.id(), leaderEpoch, followId, toldHighWatermark, toldLogStart));
  }

  private void readIfBehind() {
    SendWindow window = progress.window();
    long logEnd = replica.log().logEndOffset();
    if (window.nextOffset() >= logEnd || window.room() == 0) {
      return;
    }
    int maxBytes = Math.min(window.room(), PART_BYTES);
    switch (replica.log().read(window.nextOffset(), maxBytes, logEnd, true)) {
      case LogRead.Slice slice -> readInBackground(slice);
      case LogRead.Empty _ -> {}
      case LogRead.OutOfRange _ -> refuse(); // Retention took it meanwhile: the follower asks anew.
    }
  }

  private void readInBackground(LogRead.Slice slice) {
    reading = true;
    long from = progress.window().nextOffset();
    replica.node().background().execute(() -> readFile(slice, from));
  }

  /** On a background thread. A checksum that fails here must not fail on the follower only. */
  private void readFile(LogRead.Slice slice, long from) {
    FileRecords records = slice.records();
    ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(records.sizeInBytes());
    String damage;
    try {
      records.readInto(bytes);
      damage = BatchChain.damage(bytes, slice.firstOffset());
      if (damage == null && slice.firstOffset() < from) {
        damage = BatchChain.beginAt(bytes, from);
      }
    } catch (RuntimeException e) {
      damage = "reading failed: " + e;
    } finally {
      records.release();
    }
    String problem = damage;
    replica.onLoop(() -> onRead(slice, from, bytes, problem), bytes::release);
  }

  private void onRead(LogRead.Slice slice, long from, ByteBuf bytes, @Nullable String damage) {
    reading = false;
    if (ended || from != progress.window().nextOffset() || damage != null) {
      bytes.release();
      if (!ended && damage != null) {
        logger.error(
            "{}: offsets {} to {} cannot be replicated to node {}: {}",
            replica.name(),
            from,
            slice.nextOffset(),
            stream.nodeId(),
            damage);
        refuse();
      }
    } else {
      send(bytes, slice.nextOffset());
    }
    replica.touch();
  }

  private void refuse() {
    ended = true;
    replica
        .context()
        .outbox()
        .add(stream, new LeaderMessage.Refused(replica.id(), leaderEpoch, followId));
  }

  void end() {
    ended = true;
  }
}
