package io.weir.broker.config;

import io.weir.broker.config.SettingType.Parser;
import java.util.ArrayList;
import java.util.List;

/**
 * A named address, written {@code NAME://host:port}. Immutable.
 *
 * @param name its name, which a client's answers refer to
 * @param host empty = all interfaces
 * @param port 0 = any free one
 */
public record Listener(String name, String host, int port) {

  /** The type of a setting that holds one or several of them. */
  static SettingType<List<Listener>> listType() {
    Parser<List<String>> texts = SettingType.list().parser();
    return new SettingType<>(
        WireType.LIST,
        text -> {
          List<Listener> listeners = new ArrayList<>();
          for (String each : texts.parse(text)) {
            listeners.add(parse(each));
          }
          if (listeners.isEmpty()) {
            throw new BadValueException("must name at least one listener");
          }
          return List.copyOf(listeners);
        });
  }

  static Listener parse(String text) throws BadValueException {
    int scheme = text.indexOf("://");
    int colon = text.lastIndexOf(':');
    if (scheme <= 0 || colon < scheme + 3) {
      throw new BadValueException(text + " is not of the form NAME://host:port");
    }
    return new Listener(
        text.substring(0, scheme),
        withoutBrackets(text.substring(scheme + 3, colon)),
        port(text.substring(colon + 1)));
  }

  /** Whether clients could not connect to this address if it were told to them. */
  boolean isWildcard() {
    return isWildcard(host);
  }

  static boolean isWildcard(String host) {
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }

  static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  static int port(String text) throws BadValueException {
    return SettingType.intBetween(0, 65_535).parser().parse(text);
  }

  @Override
  public String toString() {
    return name + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
