package io.weir.broker.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.weir.broker.transaction.PartitionQuestion;
import io.weir.broker.transaction.QuestionDesk;
import io.weir.protocol.cluster.Marker;
import io.weir.protocol.cluster.Markers;
import io.weir.protocol.cluster.Partition;
import io.weir.protocol.cluster.Question;
import io.weir.protocol.cluster.Questions;
import io.weir.protocol.cluster.Result;
import io.weir.protocol.cluster.Results;
import io.weir.protocol.cluster.TransactionsGrpc;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.MarkerRequest;
import java.util.List;
import java.util.function.Consumer;

/**
 * What this node does for the transactions of others: it writes markers where it leads, and tells
 * about those that it coordinates. On gRPC's threads, which hand everything on to the partitions'
 * loops and wait for nothing; results leave on the loops.
 */
public final class TransactionService extends TransactionsGrpc.TransactionsImplBase {
  private final Consumer<MarkerRequest> markers;
  private final QuestionDesk questions;

  /**
   * @param markers writes markers where this node leads
   */
  public TransactionService(Consumer<MarkerRequest> markers, QuestionDesk questions) {
    this.markers = markers;
    this.questions = questions;
  }

  @Override
  public void writeMarkers(Markers call, StreamObserver<Results> caller) {
    Answer answer = Answer.begin(caller, call.getMarkersCount());
    for (int i = 0; i < call.getMarkersCount(); i++) {
      Marker marker = call.getMarkers(i);
      int index = i;
      markers.accept(
          new MarkerRequest(
              partition(marker.getPartition()),
              marker.getProducerId(),
              (short) marker.getProducerEpoch(),
              marker.getCoordinatorEpoch(),
              marker.getCommit(),
              marker.getRaisesEpoch(),
              error -> answer.put(index, error)));
    }
  }

  @Override
  public void verifyOrAdd(Questions call, StreamObserver<Results> caller) {
    List<PartitionQuestion> asked =
        call.getQuestionsList().stream().map(TransactionService::question).toList();
    questions.ask(asked, Answer.begin(caller, asked.size())::put);
  }

  private static PartitionQuestion question(Question question) {
    return new PartitionQuestion(
        question.getTransactionalId(),
        question.getProducerId(),
        (short) question.getProducerEpoch(),
        partition(question.getPartition()),
        question.getAdd());
  }

  private static TopicPartition partition(Partition partition) {
    return new TopicPartition(partition.getTopic(), partition.getIndex());
  }

  /**
   * The answer to one call, which ends when all results are told. Thread-safe: results come from
   * several loops, and its lock keeps them apart.
   */
  private static final class Answer {
    private final StreamObserver<Results> caller;
    private int missing;

    private Answer(StreamObserver<Results> caller, int results) {
      this.caller = caller;
      this.missing = results;
    }

    static Answer begin(StreamObserver<Results> caller, int results) {
      // With a handler, telling a caller that is gone does nothing, rather than to throw.
      ((ServerCallStreamObserver<Results>) caller).setOnCancelHandler(() -> {});
      caller.onNext(Results.getDefaultInstance());
      if (results == 0) {
        caller.onCompleted();
      }
      return new Answer(caller, results);
    }

    synchronized void put(int index, ErrorCode error) {
      caller.onNext(
          Results.newBuilder()
              .addResults(Result.newBuilder().setIndex(index).setErrorCode(error.code()))
              .build());
      missing--;
      if (missing == 0) {
        caller.onCompleted();
      }
    }
  }
}
