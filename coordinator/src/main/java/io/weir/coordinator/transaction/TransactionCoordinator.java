package io.weir.coordinator.transaction;

import com.google.re2j.PatternSyntaxException;
import io.weir.coordinator.state.GroupClock;
import io.weir.coordinator.state.StatePartitions;
import io.weir.coordinator.transaction.core.AddRequested;
import io.weir.coordinator.transaction.core.EndRequested;
import io.weir.coordinator.transaction.core.InitRequested;
import io.weir.coordinator.transaction.core.ListFilter;
import io.weir.coordinator.transaction.core.Producer;
import io.weir.coordinator.transaction.core.ProducerResult;
import io.weir.coordinator.transaction.core.TransactionListing;
import io.weir.coordinator.transaction.core.TransactionSettings;
import io.weir.protocol.message.AddOffsetsToTxnRequest;
import io.weir.protocol.message.AddOffsetsToTxnResponse;
import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnResponse;
import io.weir.protocol.message.DescribeTransactionsRequest;
import io.weir.protocol.message.DescribeTransactionsResponse;
import io.weir.protocol.message.EndTxnRequest;
import io.weir.protocol.message.EndTxnResponse;
import io.weir.protocol.message.InitProducerIdRequest;
import io.weir.protocol.message.InitProducerIdResponse;
import io.weir.protocol.message.ListTransactionsRequest;
import io.weir.protocol.message.ListTransactionsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door to all transactional ids that this node coordinates. Thread-safe: a request is handed to
 * the loop of the partition that its transactional id belongs to, and nothing here waits.
 *
 * <p>The futures never fail; whatever goes wrong is an error in the response. They complete on a
 * partition's loop, on the caller's thread or on that of the {@link ProducerIdSource}: what hangs
 * on them must not block. Throttle times are left 0.
 */
public final class TransactionCoordinator {
  private static final Logger log = LoggerFactory.getLogger(TransactionCoordinator.class);

  private static final String OFFSETS_TOPIC = "__consumer_offsets";

  /** InitProducerId from this version on, and the others from 2 on, know PRODUCER_FENCED. */
  private static final int INIT_KNOWS_FENCED = 4;

  private static final int KNOWS_FENCED = 2;

  /** EndTxn from this version on is of transactions of version 2. */
  private static final int END_BUMPS_EPOCH = 5;

  /** Adding on behalf of a producer that writes to a partition: transactions of version 2. */
  private static final int IMPLICIT_ADDING = 2;

  private final StatePartitions partitions;
  private final TransactionMarkers markers;
  private final ProducerIdSource producerIds;
  private final ToIntFunction<String> offsetsPartitionOf;
  private final TransactionSettings settings;
  private final GroupClock clock;
  private final Map<Integer, TransactionShard> shards = new ConcurrentHashMap<>();

  /**
   * @param offsetsPartitionOf the partition of {@code __consumer_offsets} that a group belongs to;
   *     -1 while there is no such topic
   */
  public TransactionCoordinator(
      StatePartitions partitions,
      TransactionMarkers markers,
      ProducerIdSource producerIds,
      ToIntFunction<String> offsetsPartitionOf,
      TransactionSettings settings) {
    this(partitions, markers, producerIds, offsetsPartitionOf, settings, GroupClock.system());
  }

  TransactionCoordinator(
      StatePartitions partitions,
      TransactionMarkers markers,
      ProducerIdSource producerIds,
      ToIntFunction<String> offsetsPartitionOf,
      TransactionSettings settings,
      GroupClock clock) {
    this.partitions = partitions;
    this.markers = markers;
    this.producerIds = producerIds;
    this.offsetsPartitionOf = offsetsPartitionOf;
    this.settings = settings;
    this.clock = clock;
  }

  // ---- leadership

  /** This node leads the partition of {@code __transaction_state}. Called on its loop. */
  public void onLeading(int partition, int leaderEpoch) {
    TransactionShard shard =
        new TransactionShard(
            partition, leaderEpoch, partitions, markers, producerIds, settings, clock);
    TransactionShard older = shards.put(partition, shard);
    if (older != null) {
      older.close();
    }
    shard.load();
  }

  /** This node does not lead the partition any more. Called on the partition's loop. */
  public void onResigned(int partition) {
    TransactionShard shard = shards.remove(partition);
    if (shard != null) {
      shard.close();
    }
  }

  /**
   * The partition of {@code __transaction_state} that the transactional id belongs to; -1 while
   * there is no such topic.
   */
  public int partitionOf(String transactionalId) {
    int count = partitions.count();
    return count == 0 ? -1 : (transactionalId.hashCode() & 0x7fffffff) % count;
  }

  // ---- producers

  public CompletableFuture<InitProducerIdResponse> initProducerId(
      InitProducerIdRequest request, int version) {
    String transactionalId = request.transactionalId();
    CompletableFuture<ProducerResult> result;
    if (transactionalId == null) {
      result = withoutTransactions();
    } else if (isHalf(request)) {
      result = refusedFuture(ErrorCode.INVALID_REQUEST);
    } else {
      InitRequested init =
          new InitRequested(
              new Producer(request.producerId(), request.producerEpoch()),
              request.transactionTimeoutMs());
      result =
          ask(
              transactionalId,
              (core, reply, now) -> core.initProducerId(transactionalId, init, reply, now),
              ProducerResult::refused);
    }
    return result.thenApply(answer ->
        InitProducerIdResponse.builder()
            .errorCode(fencedAs(answer.error(), version >= INIT_KNOWS_FENCED))
            .producerId(answer.producer().id())
            .producerEpoch(answer.producer().epoch())
            .build());
  }

  /** An id without an epoch, or the other way round. */
  private static boolean isHalf(InitProducerIdRequest request) {
    return request.producerId() < 0 != request.producerEpoch() < 0;
  }

  private CompletableFuture<ProducerResult> withoutTransactions() {
    return producerIds
        .next()
        .handle((id, failure) -> {
          if (failure == null) {
            return new ProducerResult(ErrorCode.NONE, new Producer(id, (short) 0));
          }
          log.warn("no producer id: {}", failure.toString());
          return ProducerResult.refused(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        });
  }

  private static CompletableFuture<ProducerResult> refusedFuture(ErrorCode error) {
    return CompletableFuture.completedFuture(ProducerResult.refused(error));
  }

  // ---- partitions

  public CompletableFuture<AddPartitionsToTxnResponse> addPartitions(
      AddPartitionsToTxnRequest request, int version) {
    if (PartitionMessages.isBatched(version)) {
      return all(request.transactions(), transaction -> one(transaction, version))
          .thenApply(results ->
              AddPartitionsToTxnResponse.builder().resultsByTransaction(results).build());
    }
    return one(PartitionMessages.only(request), version)
        .thenApply(result ->
            AddPartitionsToTxnResponse.builder()
                .resultsByTopicV3AndBelow(result.topicResults())
                .build());
  }

  private CompletableFuture<AddPartitionsToTxnResponse.Transaction> one(
      AddPartitionsToTxnRequest.Transaction transaction, int version) {
    Producer producer = new Producer(transaction.producerId(), transaction.producerEpoch());
    List<TopicPartition> wanted = PartitionMessages.partitions(transaction);
    CompletableFuture<List<ErrorCode>> errors =
        transaction.verifyOnly()
            ? verify(transaction.transactionalId(), producer, wanted, version)
            : add(transaction.transactionalId(), producer, wanted, version)
                .thenApply(error -> Collections.nCopies(wanted.size(), error));
    return errors.thenApply(list -> PartitionMessages.write(transaction, list));
  }

  private CompletableFuture<ErrorCode> add(
      String transactionalId, Producer producer, List<TopicPartition> wanted, int version) {
    int clientVersion = PartitionMessages.isBatched(version) ? IMPLICIT_ADDING : 0;
    AddRequested add = new AddRequested(producer, wanted, clientVersion);
    return this.<ErrorCode>ask(
            transactionalId,
            (core, reply, now) -> core.add(transactionalId, add, reply, now),
            error -> error)
        .thenApply(error -> fencedAs(error, version >= KNOWS_FENCED));
  }

  private CompletableFuture<List<ErrorCode>> verify(
      String transactionalId, Producer producer, List<TopicPartition> wanted, int version) {
    TransactionShard.Question<List<ErrorCode>> question =
        (core, reply, now) -> {
          reply.send(
              core.verify(transactionalId, producer, wanted).stream()
                  .map(error -> PartitionMessages.verified(error, version))
                  .toList());
          return List.of();
        };
    return ask(transactionalId, question, error -> Collections.nCopies(wanted.size(), error));
  }

  public CompletableFuture<AddOffsetsToTxnResponse> addOffsets(
      AddOffsetsToTxnRequest request, int version) {
    int partition = offsetsPartitionOf.applyAsInt(request.groupId());
    if (partition < 0) {
      return CompletableFuture.completedFuture(
          request.errorResponse(ErrorCode.COORDINATOR_NOT_AVAILABLE, null));
    }
    // A client that adds offsets itself is of the versions before the implicit adding.
    return add(
            request.transactionalId(),
            new Producer(request.producerId(), request.producerEpoch()),
            List.of(new TopicPartition(OFFSETS_TOPIC, partition)),
            Math.min(version, KNOWS_FENCED))
        .thenApply(error -> AddOffsetsToTxnResponse.builder().errorCode(error).build());
  }

  // ---- the end

  public CompletableFuture<EndTxnResponse> endTxn(EndTxnRequest request, int version) {
    boolean bumpsEpoch = version >= END_BUMPS_EPOCH;
    EndRequested end =
        new EndRequested(
            new Producer(request.producerId(), request.producerEpoch()),
            request.committed(),
            bumpsEpoch);
    return ask(
            request.transactionalId(),
            (core, reply, now) -> core.end(request.transactionalId(), end, reply, now),
            ProducerResult::refused)
        .thenApply(result -> {
          EndTxnResponse.Builder response =
              EndTxnResponse.builder().errorCode(fencedAs(result.error(), version >= KNOWS_FENCED));
          return bumpsEpoch
              ? response
                  .producerId(result.producer().id())
                  .producerEpoch(result.producer().epoch())
                  .build()
              : response.build();
        });
  }

  // ---- administration

  public CompletableFuture<DescribeTransactionsResponse> describe(
      DescribeTransactionsRequest request, int version) {
    return all(request.transactionalIds(), this::describe)
        .thenApply(transactions ->
            DescribeTransactionsResponse.builder().transactionStates(transactions).build());
  }

  private CompletableFuture<DescribeTransactionsResponse.Transaction> describe(
      String transactionalId) {
    TransactionShard.Question<DescribeTransactionsResponse.Transaction> question =
        (core, reply, now) -> {
          reply.send(AdminMessages.write(transactionalId, core.describe(transactionalId)));
          return List.of();
        };
    return ask(transactionalId, question, error -> AdminMessages.refused(transactionalId, error));
  }

  /** All transactions that are coordinated here; an error while any of them is being loaded. */
  public CompletableFuture<ListTransactionsResponse> list(
      ListTransactionsRequest request, int version) {
    ListFilter filter;
    try {
      filter = AdminMessages.filter(request);
    } catch (PatternSyntaxException e) {
      return CompletableFuture.completedFuture(
          request.errorResponse(ErrorCode.INVALID_REGULAR_EXPRESSION, e.getMessage()));
    }
    return all(shards.keySet(), partition -> list(partition, filter))
        .thenApply(listings -> write(request, listings));
  }

  private CompletableFuture<ShardListing> list(int partition, ListFilter filter) {
    return askShard(
        partition,
        (core, reply, now) -> {
          reply.send(new ShardListing(ErrorCode.NONE, core.list(filter, now)));
          return List.of();
        },
        error -> new ShardListing(error, List.of()));
  }

  private static ListTransactionsResponse write(
      ListTransactionsRequest request, List<ShardListing> listings) {
    for (ShardListing listing : listings) {
      // A shard that has just gone is listed by its next coordinator.
      if (listing.error() != ErrorCode.NONE && listing.error() != ErrorCode.NOT_COORDINATOR) {
        return request.errorResponse(listing.error(), null);
      }
    }
    return ListTransactionsResponse.builder()
        .unknownStateFilters(AdminMessages.unknownStates(request))
        .transactionStates(
            listings.stream()
                .flatMap(listing -> listing.transactions().stream())
                .map(AdminMessages::write)
                .toList())
        .build();
  }

  /** The transactions of one shard, or why they cannot be told. Immutable. */
  private record ShardListing(ErrorCode error, List<TransactionListing> transactions) {}

  // ---- figures

  /** Transactions that have begun and are not complete. */
  public int openTransactions() {
    return shards.values().stream().mapToInt(shard -> shard.figures().openTransactions()).sum();
  }

  /** For how long the oldest of them has been open; 0 when there is none. */
  public long oldestOpenTransactionMs() {
    long oldestStartMs =
        shards.values().stream()
            .mapToLong(shard -> shard.figures().oldestStartMs())
            .min()
            .orElse(Long.MAX_VALUE);
    return oldestStartMs == Long.MAX_VALUE
        ? 0
        : Math.max(0, clock.now().monotonicMs() - oldestStartMs);
  }

  // ---- routing

  private static ErrorCode fencedAs(ErrorCode error, boolean knowsFenced) {
    return error == ErrorCode.PRODUCER_FENCED && !knowsFenced
        ? ErrorCode.INVALID_PRODUCER_EPOCH
        : error;
  }

  private <T> CompletableFuture<T> ask(
      String transactionalId,
      TransactionShard.Question<T> question,
      Function<ErrorCode, T> refusal) {
    if (transactionalId.isEmpty()) {
      return CompletableFuture.completedFuture(refusal.apply(ErrorCode.INVALID_REQUEST));
    }
    int partition = partitionOf(transactionalId);
    return partition < 0
        ? CompletableFuture.completedFuture(refusal.apply(ErrorCode.COORDINATOR_NOT_AVAILABLE))
        : askShard(partition, question, refusal);
  }

  private <T> CompletableFuture<T> askShard(
      int partition, TransactionShard.Question<T> question, Function<ErrorCode, T> refusal) {
    @Nullable TransactionShard shard = shards.get(partition);
    if (shard == null) {
      return CompletableFuture.completedFuture(refusal.apply(ErrorCode.NOT_COORDINATOR));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      partitions.loop(partition).execute(() -> shard.ask(question, refusal, answer));
    } catch (RejectedExecutionException stopping) {
      answer.complete(refusal.apply(ErrorCode.NOT_COORDINATOR));
    }
    return answer;
  }

  /** The answers to all parts, in their order. */
  private static <P, T> CompletableFuture<List<T>> all(
      Collection<P> parts, Function<P, CompletableFuture<T>> ask) {
    List<CompletableFuture<T>> answers = new ArrayList<>();
    parts.forEach(part -> answers.add(ask.apply(part)));
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
  }
}
