package io.weir.replication.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import java.io.InputStream;
import java.util.List;

/** The one method between nodes: a stream from a follower node to a leader node and back. */
final class ReplicationMethod {
  static final String SERVICE = "weir.replication.v1.Replication";

  /** Who follows: the node id, in decimal. */
  static final Metadata.Key<String> NODE_ID =
      Metadata.Key.of("weir-node-id", Metadata.ASCII_STRING_MARSHALLER);

  /** Which process of that node: differs after a restart. */
  static final Metadata.Key<String> INCARNATION =
      Metadata.Key.of("weir-incarnation", Metadata.ASCII_STRING_MARSHALLER);

  static final MethodDescriptor<List<FollowerMessage>, List<LeaderMessage>> FOLLOW =
      MethodDescriptor.<List<FollowerMessage>, List<LeaderMessage>>newBuilder()
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Follow"))
          .setRequestMarshaller(new FollowerMarshaller())
          .setResponseMarshaller(new LeaderMarshaller())
          .build();

  private ReplicationMethod() {}

  private static final class FollowerMarshaller implements Marshaller<List<FollowerMessage>> {
    @Override
    public InputStream stream(List<FollowerMessage> messages) {
      return Outgoing.ofFollower(messages);
    }

    @Override
    public List<FollowerMessage> parse(InputStream stream) {
      ByteBuf bytes = Incoming.read(stream);
      try {
        return FrameCodec.readFollowerMessages(bytes);
      } catch (MalformedFrameException e) {
        throw malformed(e);
      } finally {
        bytes.release();
      }
    }
  }

  private static final class LeaderMarshaller implements Marshaller<List<LeaderMessage>> {
    @Override
    public InputStream stream(List<LeaderMessage> messages) {
      return Outgoing.ofLeader(messages);
    }

    @Override
    public List<LeaderMessage> parse(InputStream stream) {
      ByteBuf bytes = Incoming.read(stream);
      try {
        return FrameCodec.readLeaderMessages(bytes);
      } catch (MalformedFrameException e) {
        throw malformed(e);
      } finally {
        bytes.release();
      }
    }
  }

  private static RuntimeException malformed(MalformedFrameException e) {
    return Status.INVALID_ARGUMENT
        .withDescription(e.getMessage())
        .withCause(e)
        .asRuntimeException();
  }
}
