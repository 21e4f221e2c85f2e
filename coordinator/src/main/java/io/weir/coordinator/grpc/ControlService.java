package io.weir.coordinator.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.ProducerIdBlock;
import io.weir.coordinator.controller.Answer;
import io.weir.coordinator.controller.ControllerTerm;
import io.weir.protocol.cluster.AdminAnswer;
import io.weir.protocol.cluster.AdminCall;
import io.weir.protocol.cluster.AttachNode;
import io.weir.protocol.cluster.ControlGrpc;
import io.weir.protocol.cluster.FromNode;
import io.weir.protocol.cluster.ProducerIdsAnswer;
import io.weir.protocol.cluster.ProducerIdsCall;
import io.weir.protocol.cluster.ProposeInSync;
import io.weir.protocol.cluster.ToNode;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.wire.MalformedMessageException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node serves to others as long as it is controller; otherwise it says that it is not. On
 * gRPC's threads; everything is handed on to the term, nothing is waited for.
 */
public final class ControlService extends ControlGrpc.ControlImplBase {
  private static final Logger log = LoggerFactory.getLogger(ControlService.class);

  /** A term that runs here, with the incarnation of this node. */
  public record Seat(UUID incarnation, ControllerTerm term) {}

  private final Supplier<Optional<Seat>> seat;
  private final MetadataParts parts = new MetadataParts();

  /** A service of whatever term runs here at the time. */
  public ControlService(Supplier<Optional<Seat>> seat) {
    this.seat = seat;
  }

  /** What is to be added to the node's server. */
  public ControlServices services() {
    return new ControlServices(List.of(bindService()));
  }

  @Override
  public StreamObserver<FromNode> attach(StreamObserver<ToNode> toNode) {
    return new Attached(toNode);
  }

  /** A node's stream. gRPC calls it from one thread at a time. */
  private final class Attached implements StreamObserver<FromNode> {
    private final StreamToNode toNode;
    private @Nullable ControllerTerm term;
    private long session;

    Attached(StreamObserver<ToNode> toNode) {
      this.toNode = new StreamToNode(toNode, parts);
    }

    @Override
    public void onNext(FromNode message) {
      ControllerTerm attachedTo = term;
      if (message.hasAttach()) {
        attach(message.getAttach());
      } else if (attachedTo == null) {
        toNode.end("not attached");
      } else {
        onNext(attachedTo, message);
      }
    }

    private void attach(AttachNode attach) {
      Optional<Seat> here = seat.get();
      if (here.isEmpty()
          || !here.get().incarnation().equals(ClusterCodec.read(attach.getControllerIncarnation()))
          || term != null) {
        toNode.end("not the controller");
        return;
      }
      NodeRegistration node;
      try {
        node = ClusterCodec.read(attach);
      } catch (IllegalArgumentException e) {
        toNode.end("not understood: " + e.getMessage());
        return;
      }
      ControllerTerm joined = here.get().term();
      term = joined;
      session =
          joined.attach(
              node,
              attach.getBrokerEpoch(),
              ClusterCodec.readReplicas(attach.getOfflineList()),
              toNode);
      toNode.heartbeat();
    }

    private void onNext(ControllerTerm attachedTo, FromNode message) {
      switch (message.getMessageCase()) {
        case HEARTBEAT -> {
          attachedTo.heard(session);
          toNode.heartbeat();
        }
        case APPLIED -> {
          toNode.acknowledged(message.getApplied().getVersion());
          attachedTo.applied(session, message.getApplied().getVersion());
        }
        case PROPOSE_IN_SYNC -> propose(attachedTo, message.getProposeInSync());
        case REPLICA_REPORT ->
            attachedTo.report(
                session,
                ClusterCodec.readReplicas(message.getReplicaReport().getFailedList()),
                ClusterCodec.readReplicas(message.getReplicaReport().getRecoveredList()));
        case LEAVE -> leave(attachedTo, message.getLeave().getCorrelation());
        case ATTACH, MESSAGE_NOT_SET -> log.debug("a message of an unknown kind was skipped");
      }
    }

    private void propose(ControllerTerm attachedTo, ProposeInSync proposal) {
      var _ =
          attachedTo
              .proposeInSync(
                  session,
                  ClusterCodec.read(proposal.getTopicId()),
                  proposal.getPartition(),
                  proposal.getLeaderEpoch(),
                  proposal.getPartitionEpoch(),
                  List.copyOf(proposal.getInSyncList()))
              .thenAccept(outcome -> toNode.answer(proposal.getCorrelation(), outcome));
    }

    private void leave(ControllerTerm attachedTo, long correlation) {
      var _ =
          attachedTo
              .leave(session)
              .thenAccept(done -> {
                if (done) {
                  toNode.answerLeave(correlation);
                } else {
                  toNode.end("ask again");
                }
              });
    }

    @Override
    public void onError(Throwable broken) {
      toNode.broke();
      ended(false);
    }

    @Override
    public void onCompleted() {
      ended(true);
      toNode.complete();
    }

    private void ended(boolean goodbye) {
      ControllerTerm attachedTo = term;
      if (attachedTo != null) {
        attachedTo.streamEnded(session, goodbye);
      }
    }
  }

  @Override
  public void admin(AdminCall call, StreamObserver<AdminAnswer> caller) {
    Optional<Seat> here = seat.get();
    ApiKey key = ApiKey.of(call.getApiKey());
    if (here.isEmpty() || key == null) {
      answer(caller, AdminAnswer.newBuilder().setNotController(true).build());
      return;
    }
    ApiRequest request;
    try {
      request = AdminCodec.readRequest(key, call.getApiVersion(), call.getBody());
    } catch (MalformedMessageException | IllegalArgumentException e) {
      caller.onError(
          Status.INVALID_ARGUMENT.withDescription(e.getMessage()).withCause(e).asException());
      return;
    }
    var _ =
        here.get()
            .term()
            .admin(request, call.getApiVersion())
            .thenAccept(answer -> answer(caller, encode(answer, call.getApiVersion())));
  }

  private static AdminAnswer encode(Answer<ApiResponse> answer, int version) {
    return switch (answer) {
      case Answer.Given<ApiResponse>(ApiResponse response) ->
          AdminAnswer.newBuilder().setBody(AdminCodec.write(response, version)).build();
      case Answer.NotController<ApiResponse> _ ->
          AdminAnswer.newBuilder().setNotController(true).build();
    };
  }

  @Override
  public void allocateProducerIds(ProducerIdsCall call, StreamObserver<ProducerIdsAnswer> caller) {
    Optional<Seat> here = seat.get();
    if (here.isEmpty()) {
      answer(caller, ProducerIdsAnswer.newBuilder().setNotController(true).build());
      return;
    }
    var _ =
        here.get()
            .term()
            .allocateProducerIds()
            .thenAccept(answer -> answer(caller, encode(answer)));
  }

  private static ProducerIdsAnswer encode(Answer<ProducerIdBlock> answer) {
    return switch (answer) {
      case Answer.Given<ProducerIdBlock>(ProducerIdBlock block) ->
          ProducerIdsAnswer.newBuilder().setFirst(block.first()).setCount(block.count()).build();
      case Answer.NotController<ProducerIdBlock> _ ->
          ProducerIdsAnswer.newBuilder().setNotController(true).build();
    };
  }

  private static <T> void answer(StreamObserver<T> caller, T answer) {
    caller.onNext(answer);
    caller.onCompleted();
  }
}
