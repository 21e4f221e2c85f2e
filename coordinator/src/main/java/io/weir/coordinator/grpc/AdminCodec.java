package io.weir.coordinator.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiMessages;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.ProtocolMessage;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;

/**
 * Clients' requests and their answers as bytes, as a client's connection would carry them.
 * Stateless.
 */
final class AdminCodec {
  private AdminCodec() {}

  static ByteString write(ProtocolMessage message, int version) {
    ByteBuf buffer = Unpooled.buffer(message.size(version));
    message.write(new WireWriter(buffer), version);
    return UnsafeByteOperations.unsafeWrap(buffer.nioBuffer());
  }

  static ApiRequest readRequest(ApiKey key, int version, ByteString body)
      throws MalformedMessageException {
    return ApiMessages.readRequest(key, version, reader(body));
  }

  static ApiResponse readResponse(ApiKey key, int version, ByteString body)
      throws MalformedMessageException {
    return ApiMessages.readResponse(key, version, reader(body));
  }

  private static WireReader reader(ByteString body) {
    return new WireReader(Unpooled.wrappedBuffer(body.asReadOnlyByteBuffer()));
  }
}
