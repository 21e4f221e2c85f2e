package io.weir.broker.handler;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.broker.config.Listener;
import io.weir.broker.netty.BoundAddress;
import io.weir.broker.netty.ClientServer;
import io.weir.broker.netty.ConnectionBounds;
import io.weir.broker.netty.ServerSettings;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiMessages;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.RequestHeader;
import io.weir.protocol.message.ResponseHeader;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Handlers behind a real listener, and one client that talks to them in the protocol's own bytes.
 */
final class ServedApis implements AutoCloseable {
  static final NodeIdentity IDENTITY = new NodeIdentity(1, "a-cluster");
  static final String LISTENER = "PLAINTEXT";

  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final ClientServer server;
  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private int lastCorrelationId;

  ServedApis(ApiRegistry.Builder apis) {
    ConnectionBounds bounds = new ConnectionBounds(100 << 20, 100, 100 << 20, 60_000);
    server =
        new ClientServer(
            new ServerSettings(bounds, 1, 100 << 20, 100, 100, 50, -1, -1),
            new RequestDispatcher(apis.build(IDENTITY)),
            fatal::add);
    BoundAddress address = BoundAddress.reserve(new Listener(LISTENER, "127.0.0.1", 0));
    server.open(address);
    try {
      socket = new Socket(address.socketAddress().getAddress(), address.socketAddress().getPort());
      socket.setSoTimeout(20_000);
      in = new DataInputStream(socket.getInputStream());
      out = new DataOutputStream(socket.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  <R extends ApiResponse> R ask(ApiRequest request, int version, Class<R> type) {
    send(request, version);
    return type.cast(receive(request.apiKey(), version));
  }

  void send(ApiRequest request, int version) {
    ByteBuf frame = Unpooled.buffer();
    WireWriter writer = new WireWriter(frame);
    new RequestHeader(request.apiKey(), version, ++lastCorrelationId, "a-test").write(writer);
    request.write(writer, version);
    sendRaw(ByteBufUtil.getBytes(frame));
  }

  void sendRaw(byte[] frame) {
    try {
      out.writeInt(frame.length);
      out.write(frame);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next answer; records in it are copies. */
  ApiResponse receive(ApiKey apiKey, int version) {
    try {
      byte[] frame = new byte[in.readInt()];
      in.readFully(frame);
      WireReader reader = new WireReader(Unpooled.wrappedBuffer(frame));
      ResponseHeader.read(reader, apiKey.responseHeaderVersion(version));
      return ApiMessages.readResponse(apiKey, version, reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isClosedByServer() {
    try {
      return in.read() == -1;
    } catch (SocketException e) {
      return true; // reset, because the server had not read everything
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether an answer is there to be read, at this moment. */
  boolean hasAnswer() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void hangUp() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      server.close(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!fatal.isEmpty()) {
      throw new AssertionError(fatal.getFirst());
    }
  }
}
