package io.weir.coordinator.transaction;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.state.EncodedRecord;
import io.weir.coordinator.state.GroupClock;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.coordinator.state.StateEncoding;
import io.weir.coordinator.state.StatePartitions;
import io.weir.coordinator.state.StateShard;
import io.weir.coordinator.transaction.core.Effect;
import io.weir.coordinator.transaction.core.MarkerOrder;
import io.weir.coordinator.transaction.core.ProducerIdOrder;
import io.weir.coordinator.transaction.core.TransactionRecord;
import io.weir.coordinator.transaction.core.TransactionSettings;
import io.weir.coordinator.transaction.core.TransactionShardCore;
import io.weir.coordinator.transaction.core.Write;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BatchRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One partition of {@code __transaction_state} during one leadership: besides its log the core has
 * markers written, and producer ids got. Confined to the partition's loop, but for {@link
 * #figures}.
 */
final class TransactionShard {
  /** A request to the core; the reply is answered at once or through later effects. */
  @FunctionalInterface
  interface Question<T> {
    List<Effect> ask(TransactionShardCore core, Reply<T> reply, Now now);
  }

  /**
   * Numbers for metrics. Immutable.
   *
   * @param oldestStartMs in monotonic milliseconds; Long.MAX_VALUE without any
   */
  record Figures(int openTransactions, long oldestStartMs) {
    static final Figures NONE = new Figures(0, Long.MAX_VALUE);
  }

  private final int leaderEpoch;
  private final TransactionMarkers markers;
  private final ProducerIdSource producerIds;
  private final GroupClock clock;
  private final StateShard<TransactionShardCore, Effect, Write> shard;

  /** Written on the loop, read anywhere. */
  private volatile Figures figures = Figures.NONE;

  TransactionShard(
      int partition,
      int leaderEpoch,
      StatePartitions partitions,
      TransactionMarkers markers,
      ProducerIdSource producerIds,
      TransactionSettings settings,
      GroupClock clock) {
    this.leaderEpoch = leaderEpoch;
    this.markers = markers;
    this.producerIds = producerIds;
    this.clock = clock;
    StateEncoding<Write> encoding = write -> List.of(encode(write));
    this.shard =
        new StateShard<>(
            new StateShard.Place(
                "transaction coordinator of __transaction_state", partition, leaderEpoch),
            partitions,
            new Transactions(settings),
            encoding,
            clock);
  }

  private static EncodedRecord encode(Write write) {
    return TransactionLogCodec.encode(write.record());
  }

  /** Thread-safe. */
  Figures figures() {
    return figures;
  }

  /** Reads the log; until it is done, requests are put off. */
  void load() {
    shard.load();
  }

  <T> void ask(Question<T> question, Function<ErrorCode, T> refusal, CompletableFuture<T> answer) {
    shard.ask((core, reply) -> question.ask(core, reply, clock.now()), refusal, answer);
  }

  /** The leadership has ended: all who wait are sent to look for the new coordinator. */
  void close() {
    shard.close();
  }

  /** What the shard is about. */
  private final class Transactions implements StateShard.Kind<TransactionShardCore, Effect, Write> {
    private final TransactionSettings settings;

    Transactions(TransactionSettings settings) {
      this.settings = settings;
    }

    @Override
    public TransactionShardCore newCore() {
      return new TransactionShardCore(settings);
    }

    @Override
    public int replay(TransactionShardCore core, ByteBuf buffer, int index) {
      if (BatchHeader.isControl(buffer, index)) {
        return 0;
      }
      int count = 0;
      for (BatchRecord record : BatchReader.records(buffer, index)) {
        ByteBuffer key = record.key();
        TransactionRecord state =
            key == null ? null : TransactionLogCodec.decode(key, record.value());
        if (state != null) {
          core.replay(state);
          count++;
        }
      }
      return count;
    }

    @Override
    public void carryOut(TransactionShardCore core, Effect effect) {
      switch (effect) {
        case Effect.Answer<?> answer -> answer.send();
        case Write write -> shard.write(write);
        case MarkerOrder order -> send(core, order);
        case ProducerIdOrder order -> askProducerId(core, order);
      }
    }

    @Override
    public List<Effect> settled(TransactionShardCore core, Write write, ErrorCode error, Now now) {
      return core.settled(write, error, now);
    }

    @Override
    public void advanced(TransactionShardCore core) {
      figures = new Figures(core.openTransactions(), core.oldestStartMs());
    }

    @Override
    public void dismissed() {
      figures = Figures.NONE;
    }
  }

  private void send(TransactionShardCore owner, MarkerOrder order) {
    TransactionMarker marker =
        new TransactionMarker(
            order.transactionalId(),
            order.producer().id(),
            order.producer().epoch(),
            leaderEpoch,
            order.commit(),
            order.raisesEpoch());
    var _ =
        markers
            .write(marker, order.partition())
            .whenComplete((error, failure) -> {
              ErrorCode answer = failure == null ? error : ErrorCode.UNKNOWN_SERVER_ERROR;
              shard.comeBack(owner, () -> owner.markerAnswered(order, answer, clock.now()));
            });
  }

  private void askProducerId(TransactionShardCore owner, ProducerIdOrder order) {
    var _ =
        producerIds
            .next()
            .whenComplete((id, failure) ->
                shard.comeBack(
                    owner,
                    () ->
                        failure == null
                            ? owner.producerIdGiven(order, id, clock.now())
                            : owner.producerIdRefused(order)));
  }
}
