package io.weir.coordinator.grpc;

import io.weir.coordinator.controller.PortProbe;
import io.weir.protocol.model.HostAndPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.function.Consumer;

/** Knocks with a TCP connection, on a virtual thread of its own. Thread-safe. */
public final class TcpPortProbe implements PortProbe {
  private static final int TIMEOUT_MS = 300;

  @Override
  public void probe(HostAndPort address, Consumer<Boolean> answer) {
    Thread.startVirtualThread(() -> answer.accept(isRefused(address)));
  }

  private static boolean isRefused(HostAndPort address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MS);
      return false;
    } catch (ConnectException e) {
      // The same exception stands for networks that are unreachable, which proves nothing.
      String message = e.getMessage();
      return message != null && message.toLowerCase(Locale.ROOT).contains("refused");
    } catch (IOException _) {
      return false;
    }
  }
}
