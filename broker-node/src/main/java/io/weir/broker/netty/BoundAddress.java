package io.weir.broker.netty;

import io.netty.util.NetUtil;
import io.weir.broker.config.Listener;
import io.weir.broker.config.OperatorError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * An address that was free when the node started, with its port chosen. The socket itself is bound
 * later, when the node can serve: until then clients are refused at once, rather than left waiting.
 * Immutable.
 */
public record BoundAddress(String listenerName, InetSocketAddress socketAddress) {

  /**
   * Chooses the port where the listener leaves it open, and finds out early whether the address can
   * be had.
   *
   * @throws OperatorError the address cannot be bound
   */
  public static BoundAddress reserve(Listener listener) {
    InetSocketAddress wanted =
        listener.host().isEmpty()
            ? new InetSocketAddress(listener.port())
            : new InetSocketAddress(listener.host(), listener.port());
    if (wanted.isUnresolved()) {
      throw new OperatorError(
          "host " + listener.host() + " is not known", "correct it in listeners");
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(wanted, 1);
      InetAddress host = wanted.getAddress();
      return new BoundAddress(listener.name(), new InetSocketAddress(host, probe.getLocalPort()));
    } catch (IOException e) {
      throw cannotBind(wanted);
    }
  }

  static OperatorError cannotBind(InetSocketAddress address) {
    return new OperatorError(
        "cannot listen on " + address.getAddress().getHostAddress() + ":" + address.getPort(),
        "stop what uses the port, or give another one in listeners");
  }

  @Override
  public String toString() {
    return listenerName + "://" + NetUtil.toSocketAddressString(socketAddress);
  }
}
