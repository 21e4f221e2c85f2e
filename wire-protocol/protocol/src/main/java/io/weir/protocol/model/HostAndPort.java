package io.weir.protocol.model;

/**
 * An address that a node can be reached at. Immutable.
 *
 * @param host name or literal address; an IPv6 address without brackets
 * @param port 0 to 65535, where 0 in a setting means any free port
 */
public record HostAndPort(String host, int port) {
  private static final int MAX_PORT = 65_535;

  public HostAndPort {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("empty host");
    }
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is not within 0.." + MAX_PORT);
    }
  }

  /**
   * Reads {@code host:port}, with an IPv6 host in brackets.
   *
   * @throws IllegalArgumentException with a message for an operator
   */
  public static HostAndPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("'" + text + "' is not of the form host:port");
    }
    return new HostAndPort(host(text, colon), port(text, colon));
  }

  private static String host(String text, int colon) {
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      return host.substring(1, host.length() - 1);
    }
    if (host.contains(":")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not of the form host:port (an IPv6 address goes in brackets)");
    }
    return host;
  }

  private static int port(String text, int colon) {
    try {
      return Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' does not end in a port number", e);
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
