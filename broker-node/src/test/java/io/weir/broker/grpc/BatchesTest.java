package io.weir.broker.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.weir.protocol.cluster.Result;
import io.weir.protocol.cluster.Results;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Questions to a node that answers when the test says so. */
class BatchesTest {
  private record Call(List<String> questions, StreamObserver<Results> answer) {}

  private final List<Call> calls = new ArrayList<>();
  private final Batches<String> batches =
      new Batches<>((questions, answer) -> calls.add(new Call(questions, answer)));

  @Test
  void whatComesBeforeTheLastCallIsTakenInGoesTogetherInTheNext() {
    var _ = batches.ask("a");
    var _ = batches.ask("b");
    var _ = batches.ask("c");
    assertThat(calls).extracting(Call::questions).containsExactly(List.of("a"));

    calls.getFirst().answer().onNext(Results.getDefaultInstance());

    assertThat(calls).extracting(Call::questions).containsExactly(List.of("a"), List.of("b", "c"));
  }

  @Test
  void anAnswerThatIsSlowHoldsBackNoOther() {
    CompletableFuture<ErrorCode> slow = batches.ask("slow");
    calls.getFirst().answer().onNext(Results.getDefaultInstance());
    CompletableFuture<ErrorCode> quick = batches.ask("quick");
    calls.getLast().answer().onNext(result(0, ErrorCode.INVALID_PRODUCER_EPOCH));

    assertThat(quick).isCompletedWithValue(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(slow).isNotDone();
  }

  @Test
  void whatACallLeavesOpenWhenItBreaksHasFailedAndTheNextCallGoesOut() {
    var _ = batches.ask("first");
    CompletableFuture<ErrorCode> answered = batches.ask("answered");
    CompletableFuture<ErrorCode> lost = batches.ask("lost");
    calls.getFirst().answer().onError(new IllegalStateException("broken"));
    StreamObserver<Results> second = calls.getLast().answer();
    second.onNext(result(0, ErrorCode.NONE));
    CompletableFuture<ErrorCode> later = batches.ask("later");
    second.onError(new IllegalStateException("broken again"));

    assertThat(answered).isCompletedWithValue(ErrorCode.NONE);
    assertThat(lost).isCompletedWithValue(ErrorCode.NETWORK_EXCEPTION);
    assertThat(later).isNotDone();
    assertThat(calls.getLast().questions()).containsExactly("later");
  }

  @Test
  void callsThatFailWhileTheyAreSentComeOneAfterTheOtherNotInsideEachOther() {
    AtomicInteger left = new AtomicInteger(100_000);
    AtomicReference<Batches<String>> itself = new AtomicReference<>();
    Batches<String> refused =
        new Batches<>((questions, answer) -> {
          if (left.getAndDecrement() > 0) {
            var _ = itself.get().ask("next");
          }
          answer.onError(new IllegalStateException("refused"));
        });
    itself.set(refused);

    assertThat(refused.ask("first")).isCompletedWithValue(ErrorCode.NETWORK_EXCEPTION);

    assertThat(left).hasNegativeValue();
    assertThat(refused.ask("later")).isCompletedWithValue(ErrorCode.NETWORK_EXCEPTION);
  }

  @Test
  void aResultThatIsToldTwiceOrOfNoQuestionChangesNothing() {
    CompletableFuture<ErrorCode> asked = batches.ask("a");
    StreamObserver<Results> answer = calls.getFirst().answer();
    answer.onNext(result(7, ErrorCode.NOT_COORDINATOR));
    answer.onNext(result(0, ErrorCode.NONE));
    answer.onNext(result(0, ErrorCode.NOT_COORDINATOR));
    answer.onCompleted();

    assertThat(asked).isCompletedWithValue(ErrorCode.NONE);
  }

  @Test
  void withTooManyUnansweredFurtherOnesAreRefusedAtOnceUntilSomeAreAnswered() {
    for (int i = 0; i < Batches.MAX_OPEN; i++) {
      var _ = batches.ask("question " + i);
    }
    assertThat(batches.ask("one too many")).isCompletedWithValue(ErrorCode.NETWORK_EXCEPTION);

    calls.getFirst().answer().onNext(result(0, ErrorCode.NONE));

    assertThat(calls.getLast().questions()).hasSize(Batches.MAX_BATCH);
    assertThat(batches.ask("now there is room")).isNotDone();
  }

  private static Results result(int index, ErrorCode error) {
    return Results.newBuilder()
        .addResults(Result.newBuilder().setIndex(index).setErrorCode(error.code()))
        .build();
  }
}
