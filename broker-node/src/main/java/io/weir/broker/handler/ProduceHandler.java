package io.weir.broker.handler;

import io.netty.buffer.ByteBuf;
import io.weir.broker.config.TopicLogConfigs;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ProduceRequest;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchValidator;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.Records;
import io.weir.replication.AppendRequest;
import io.weir.replication.AppendResult;
import io.weir.replication.VerificationRequest;
import io.weir.replication.log.LogConfig;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Produce, versions 3 to 13. Each partition's batch is validated here, on the event loop, and goes
 * to the loop of its partition, or first to a thread that compresses it anew where the topic wants
 * another codec; the answer leaves when all partitions have theirs. Version 13 names topics by id.
 * Before version 7 batches compressed with zstd are refused with UNSUPPORTED_COMPRESSION_TYPE. With
 * acks=0 there is no answer; an error closes the connection, the one sign that the client can see.
 *
 * <p>A transaction's batches are appended once its coordinator knows of the partition, see {@link
 * TransactionalAppends}. Where the request names no transactional id they are refused with
 * TRANSACTIONAL_ID_AUTHORIZATION_FAILED; where it does, batches outside of transactions are, with
 * INVALID_TXN_STATE, and the whole request with INVALID_PRODUCER_ID_MAPPING when it speaks for
 * several producers.
 */
public final class ProduceHandler implements ApiHandler<ProduceRequest> {
  private static final int BY_ID_FROM = 13;
  private static final int ZSTD_FROM = 7;

  private final Supplier<MetadataImage> metadata;
  private final TopicLogConfigs configs;
  private final Consumer<AppendRequest> appends;
  private final TransactionalAppends transactionalAppends;
  private final LongSupplier wallClockMs;
  private final RecompressedAppends recompressed;

  /**
   * @param appends takes what is to be appended
   * @param verifications takes what is to be looked up in a partition before a transactional append
   * @param verifier asks coordinators about transactions
   * @param wallClockMs for timestamps of records
   * @param recompressionThreads how many batches are compressed anew at a time
   */
  public ProduceHandler(
      Supplier<MetadataImage> metadata,
      TopicLogConfigs configs,
      Consumer<AppendRequest> appends,
      Consumer<VerificationRequest> verifications,
      TransactionVerifier verifier,
      LongSupplier wallClockMs,
      int recompressionThreads) {
    this.metadata = metadata;
    this.configs = configs;
    this.appends = appends;
    this.transactionalAppends = new TransactionalAppends(verifications, verifier, appends);
    this.wallClockMs = wallClockMs;
    this.recompressed = new RecompressedAppends(recompressionThreads);
  }

  @Override
  public void handle(ProduceRequest request, RequestContext context) {
    ErrorCode refusal = refusal(request);
    if (refusal != ErrorCode.NONE) {
      request.releaseRecords();
      if (request.acks() == 0) {
        context.closeConnection("a Produce with acks=0 failed: " + refusal);
      } else {
        context.answer(request.errorResponse(refusal, null));
      }
      return;
    }
    ProduceCall call = new ProduceCall(request, context, metadata);
    MetadataImage image = metadata.get();
    TopicNaming naming = TopicNaming.inVersion(context.version(), BY_ID_FROM);
    long nowMs = wallClockMs.getAsLong();
    Gathering<AppendResult> results = new Gathering<>(call.partitions(), call::onResults);
    int next = 0;
    for (ProduceRequest.Topic topic : request.topicData()) {
      TopicImage topicImage = naming.find(image, topic.name(), topic.topicId());
      for (ProduceRequest.Partition partition : topic.partitionData()) {
        int index = next++;
        Consumer<AppendResult> onResult = result -> results.put(index, result);
        if (topicImage == null) {
          refuse(partition.records(), naming.absence(), null, onResult);
        } else {
          append(topicImage, partition, request, context.version(), nowMs, onResult);
        }
      }
    }
    results.allAsked();
  }

  private static ErrorCode refusal(ProduceRequest request) {
    if (request.acks() < -1 || request.acks() > 1) {
      return ErrorCode.INVALID_REQUIRED_ACKS;
    }
    return request.transactionalId() == null ? ErrorCode.NONE : refusalOfTransaction(request);
  }

  private static ErrorCode refusalOfTransaction(ProduceRequest request) {
    long producerId = BatchHeader.NO_PRODUCER_ID;
    for (ProduceRequest.Topic topic : request.topicData()) {
      for (ProduceRequest.Partition partition : topic.partitionData()) {
        long another = transactionalProducer(partition);
        if (another == BatchHeader.NO_PRODUCER_ID) {
          continue;
        }
        if (producerId != BatchHeader.NO_PRODUCER_ID && producerId != another) {
          return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        }
        producerId = another;
      }
    }
    return ErrorCode.NONE;
  }

  /** Of a batch that is not checked yet; NO_PRODUCER_ID where it is not a transaction's. */
  private static long transactionalProducer(ProduceRequest.Partition partition) {
    if (!(partition.records() instanceof BufferRecords records)) {
      return BatchHeader.NO_PRODUCER_ID;
    }
    ByteBuf batch = records.slice();
    int index = batch.readerIndex();
    return batch.readableBytes() >= BatchHeader.SIZE
            && BatchHeader.magic(batch, index) == BatchHeader.MAGIC
            && BatchHeader.isTransactional(batch, index)
        ? BatchHeader.producerId(batch, index)
        : BatchHeader.NO_PRODUCER_ID;
  }

  private void append(
      TopicImage topic,
      ProduceRequest.Partition partition,
      ProduceRequest request,
      int version,
      long nowMs,
      Consumer<AppendResult> onResult) {
    if (TopicNames.isInternal(topic.name())) {
      refuse(partition.records(), ErrorCode.INVALID_TOPIC_EXCEPTION, null, onResult);
    } else if (topic.partition(partition.index()) == null) {
      refuse(partition.records(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null, onResult);
    } else if (!(partition.records() instanceof BufferRecords records)) {
      refuse(partition.records(), ErrorCode.INVALID_RECORD, "no batch", onResult);
    } else {
      ByteBuf batch = records.slice();
      String transactionalId = request.transactionalId();
      LogConfig config = configs.of(topic);
      boolean accepted =
          isAccepted(batch, config, version, transactionalId != null, nowMs, onResult);
      if (!accepted) {
        records.release();
        return;
      }
      AppendRequest append =
          new AppendRequest(
              new TopicPartition(topic.name(), partition.index()),
              batch,
              request.acks(),
              request.timeoutMs(),
              AppendRequest.Origin.CLIENT,
              -1,
              AppendRequest.NO_GUARD,
              onResult);
      recompressed.append(
          append,
          config.compression().targetFor(BatchHeader.compressionType(batch, batch.readerIndex())),
          config.batchLimits(),
          nowMs,
          transactionalId == null
              ? appends
              : ready -> transactionalAppends.append(ready, transactionalId, version));
    }
  }

  private boolean isAccepted(
      ByteBuf batch,
      LogConfig config,
      int version,
      boolean inTransaction,
      long nowMs,
      Consumer<AppendResult> onResult) {
    AppendResult.Refused refusal =
        switch (BatchValidator.admit(batch, config.batchLimits(), nowMs)) {
          case BatchValidator.Refused(ErrorCode error, String message) ->
              new AppendResult.Refused(error, message);
          case BatchValidator.Accepted _ -> refusalOf(batch, version, inTransaction);
        };
    if (refusal == null && config.cleanup().compacts()) {
      refusal = CompactedTopics.refusalOf(batch);
    }
    if (refusal != null) {
      onResult.accept(refusal);
    }
    return refusal == null;
  }

  /** Why a batch that is right in itself cannot be taken all the same; null when it can. */
  private static AppendResult.@Nullable Refused refusalOf(
      ByteBuf batch, int version, boolean inTransaction) {
    int index = batch.readerIndex();
    boolean transactional = BatchHeader.isTransactional(batch, index);
    if (transactional && !inTransaction) {
      return new AppendResult.Refused(
          ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "a transaction without a name");
    }
    if (inTransaction && !transactional) {
      return new AppendResult.Refused(
          ErrorCode.INVALID_TXN_STATE, "a transactional producer writes in transactions only");
    }
    if (version < ZSTD_FROM && BatchHeader.compressionType(batch, index) == CompressionType.ZSTD) {
      return new AppendResult.Refused(
          ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, "zstd is for Produce from version 7 on");
    }
    return null;
  }

  private static void refuse(
      @Nullable Records records,
      ErrorCode error,
      @Nullable String message,
      Consumer<AppendResult> onResult) {
    if (records != null) {
      records.release();
    }
    onResult.accept(new AppendResult.Refused(error, message));
  }
}
