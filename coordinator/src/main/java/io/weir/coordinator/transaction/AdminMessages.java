package io.weir.coordinator.transaction;

import com.google.re2j.Pattern;
import io.weir.coordinator.transaction.core.ListFilter;
import io.weir.coordinator.transaction.core.TransactionListing;
import io.weir.coordinator.transaction.core.TransactionState;
import io.weir.coordinator.transaction.core.TransactionStatus;
import io.weir.protocol.message.DescribeTransactionsResponse;
import io.weir.protocol.message.ListTransactionsRequest;
import io.weir.protocol.message.ListTransactionsResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** DescribeTransactions and ListTransactions between the wire and the core. Stateless. */
final class AdminMessages {
  private AdminMessages() {}

  static DescribeTransactionsResponse.Transaction write(
      String transactionalId, @Nullable TransactionState state) {
    if (state == null) {
      return refused(transactionalId, ErrorCode.TRANSACTIONAL_ID_NOT_FOUND);
    }
    List<DescribeTransactionsResponse.Topic> topics =
        TransactionLogCodec.indexesByTopic(state.partitions()).entrySet().stream()
            .map(topic ->
                DescribeTransactionsResponse.Topic.builder()
                    .topic(topic.getKey())
                    .partitions(topic.getValue())
                    .build())
            .toList();
    return DescribeTransactionsResponse.Transaction.builder()
        .transactionalId(transactionalId)
        .transactionState(state.status().shown())
        .transactionTimeoutMs(state.timeoutMs())
        .transactionStartTimeMs(state.status().isOpen() ? state.startedMs() : -1)
        .producerId(state.producer().id())
        .producerEpoch(state.producer().epoch())
        .topics(topics)
        .build();
  }

  static DescribeTransactionsResponse.Transaction refused(String transactionalId, ErrorCode error) {
    return DescribeTransactionsResponse.Transaction.builder()
        .errorCode(error)
        .transactionalId(transactionalId)
        .build();
  }

  /**
   * @throws com.google.re2j.PatternSyntaxException when the request's pattern is none
   */
  static ListFilter filter(ListTransactionsRequest request) {
    Set<TransactionStatus> statuses =
        request.stateFilters().stream()
            .map(TransactionStatus::named)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    if (statuses.isEmpty() && !request.stateFilters().isEmpty()) {
      // Names that mean nothing let nothing through. No id is ever committed as dead.
      statuses = Set.of(TransactionStatus.DEAD);
    }
    return new ListFilter(
        statuses,
        new HashSet<>(request.producerIdFilters()),
        request.durationFilter(),
        matching(request.transactionalIdPattern()));
  }

  private static Predicate<String> matching(@Nullable String pattern) {
    if (pattern == null || pattern.isEmpty()) {
      return name -> true;
    }
    Pattern compiled = Pattern.compile(pattern);
    return compiled::matches;
  }

  static List<String> unknownStates(ListTransactionsRequest request) {
    return request.stateFilters().stream()
        .filter(name -> TransactionStatus.named(name) == null)
        .toList();
  }

  static ListTransactionsResponse.Transaction write(TransactionListing listing) {
    return ListTransactionsResponse.Transaction.builder()
        .transactionalId(listing.transactionalId())
        .producerId(listing.producerId())
        .transactionState(listing.status().shown())
        .build();
  }
}
