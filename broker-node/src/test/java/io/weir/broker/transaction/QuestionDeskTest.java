package io.weir.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class QuestionDeskTest {
  private final List<AddPartitionsToTxnRequest> asked = new ArrayList<>();
  private final Map<Integer, ErrorCode> answers = new TreeMap<>();

  @Test
  void partitionsOfOneTransactionAreAskedForTogether() {
    QuestionDesk desk = new QuestionDesk(request -> answer(request, ErrorCode.NONE));

    desk.ask(
        List.of(
            question("tx", 0, true),
            question("other", 0, true),
            question("tx", 1, true),
            question("tx", 2, false)),
        answers::put);

    assertThat(asked)
        .extracting(QuestionDeskTest::words)
        .containsExactly("tx adds [0, 1]", "other adds [0]", "tx asks [2]");
    assertThat(answers).hasSize(4).containsValue(ErrorCode.NONE);
  }

  @Test
  void anErrorReachesEachQuestion() {
    QuestionDesk desk = new QuestionDesk(request -> answer(request, ErrorCode.NOT_COORDINATOR));

    desk.ask(List.of(question("tx", 0, true), question("tx", 1, true)), answers::put);

    assertThat(answers)
        .isEqualTo(Map.of(0, ErrorCode.NOT_COORDINATOR, 1, ErrorCode.NOT_COORDINATOR));
  }

  @Test
  void aPartitionThatTheAnswerLeavesOutIsNotTakenForAdded() {
    QuestionDesk desk =
        new QuestionDesk(request ->
            CompletableFuture.completedFuture(AddPartitionsToTxnResponse.builder().build()));

    assertThat(desk.ask(question("tx", 0, true)))
        .isCompletedWithValue(ErrorCode.UNKNOWN_SERVER_ERROR);
  }

  private CompletableFuture<AddPartitionsToTxnResponse> answer(
      AddPartitionsToTxnRequest request, ErrorCode error) {
    asked.add(request);
    return CompletableFuture.completedFuture(request.errorResponse(error, null));
  }

  private static String words(AddPartitionsToTxnRequest request) {
    AddPartitionsToTxnRequest.Transaction transaction = request.transactions().getFirst();
    return transaction.transactionalId()
        + (transaction.verifyOnly() ? " asks " : " adds ")
        + transaction.topics().getFirst().partitions();
  }

  private static PartitionQuestion question(String id, int partition, boolean add) {
    return new PartitionQuestion(id, 7, (short) 0, new TopicPartition("orders", partition), add);
  }
}
