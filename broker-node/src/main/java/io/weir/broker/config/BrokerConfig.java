package io.weir.broker.config;

import io.weir.protocol.model.HostAndPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The checked configuration of a node. Immutable. */
public final class BrokerConfig {
  private static final String PLAINTEXT = "PLAINTEXT";
  private static final String ALL_INTERFACES = "0.0.0.0";

  private final SettingValues values;
  private final List<Listener> listeners;
  private final Map<String, Listener> advertised;
  private final List<Path> logDirectories;
  private final HostAndPort internalListener;

  private BrokerConfig(SettingValues values) {
    this.values = values;
    this.listeners = get(BrokerSettings.LISTENERS);
    checkListeners();
    this.advertised = advertisedListeners();
    this.logDirectories = directories(get(BrokerSettings.LOG_DIRS));
    this.internalListener = internalAddress();
    checkBounds();
  }

  /**
   * Checks settings and their relations.
   *
   * @param texts the settings as given, by name
   * @throws OperatorError an unknown, contradictory or not supported setting or value
   */
  public static BrokerConfig of(Map<String, String> texts) {
    return new BrokerConfig(new SettingValues(texts));
  }

  /** The value of a setting that has a default or is required. */
  public <T> T get(Setting<T> setting) {
    T value = values.find(setting);
    if (value == null) {
      throw new IllegalArgumentException(setting.name() + " may be absent");
    }
    return value;
  }

  public <T> @Nullable T find(Setting<T> setting) {
    return values.find(setting);
  }

  /** The value as the file or the default says it; null where there is none. */
  public @Nullable String text(Setting<?> setting) {
    return values.text(setting);
  }

  /** Whether the value was given, rather than being the default. */
  public boolean isGiven(Setting<?> setting) {
    return values.isGiven(setting);
  }

  public int nodeId() {
    return get(BrokerSettings.NODE_ID);
  }

  public List<Path> logDirectories() {
    return logDirectories;
  }

  /** The addresses to bind. */
  public List<Listener> listeners() {
    return listeners;
  }

  /**
   * What clients are told of the listener of that name; its port is 0 where that of the bound
   * socket counts.
   */
  public Listener advertised(String listenerName) {
    Listener listener = advertised.get(listenerName);
    if (listener == null) {
      throw new IllegalArgumentException("no listener " + listenerName);
    }
    return listener;
  }

  /** Where the inter-broker server binds; port 0 is any free one. */
  public HostAndPort internalListener() {
    return internalListener;
  }

  /** The host that other nodes are told for the inter-broker server. */
  public String internalAdvertisedHost() {
    String host = internalListener.host();
    return Listener.isWildcard(host) ? advertised(listeners.getFirst().name()).host() : host;
  }

  /** Time after which a segment is rolled; from log.roll.ms, else log.roll.hours. */
  public long logRollMs() {
    Long ms = find(BrokerSettings.LOG_ROLL_MS);
    return ms != null ? ms : Duration.ofHours(get(BrokerSettings.LOG_ROLL_HOURS)).toMillis();
  }

  /** What is taken off the time to a roll at most; from log.roll.jitter.ms, else .hours. */
  public long logRollJitterMs() {
    Long ms = find(BrokerSettings.LOG_ROLL_JITTER_MS);
    return ms != null ? ms : Duration.ofHours(get(BrokerSettings.LOG_ROLL_JITTER_HOURS)).toMillis();
  }

  /**
   * How long records are kept, -1 = for ever; from log.retention.ms, else .minutes, else .hours.
   */
  public long logRetentionMs() {
    Long ms = find(BrokerSettings.LOG_RETENTION_MS);
    if (ms != null) {
      return ms;
    }
    Integer minutes = find(BrokerSettings.LOG_RETENTION_MINUTES);
    Duration kept =
        minutes != null
            ? Duration.ofMinutes(minutes)
            : Duration.ofHours(get(BrokerSettings.LOG_RETENTION_HOURS));
    return kept.isNegative() ? -1 : kept.toMillis();
  }

  private void checkListeners() {
    Set<String> names = new HashSet<>();
    Set<Integer> ports = new HashSet<>();
    Set<String> plain = plainListenerNames();
    for (Listener listener : listeners) {
      if (!names.add(listener.name())) {
        throw new OperatorError(
            "listeners names " + listener.name() + " twice", "give each its own name");
      }
      if (listener.port() != 0 && !ports.add(listener.port())) {
        throw new OperatorError(
            "listeners uses port " + listener.port() + " twice", "give each its own port");
      }
      if (!plain.contains(listener.name())) {
        throw new OperatorError(
            "listener " + listener.name() + " has no supported security protocol",
            "map it in listener.security.protocol.map, e.g. " + listener.name() + ":PLAINTEXT");
      }
    }
  }

  private Set<String> plainListenerNames() {
    Set<String> names = new HashSet<>();
    for (String entry : get(BrokerSettings.LISTENER_SECURITY_PROTOCOL_MAP)) {
      int colon = entry.indexOf(':');
      if (colon <= 0 || !entry.substring(colon + 1).equals(PLAINTEXT)) {
        throw new OperatorError(
            "invalid value " + entry + " for listener.security.protocol.map",
            "write NAME:PLAINTEXT; other protocols are not supported yet");
      }
      names.add(entry.substring(0, colon));
    }
    return names;
  }

  private Map<String, Listener> advertisedListeners() {
    Map<String, Listener> byName =
        new HashMap<>(
            listeners.stream().collect(Collectors.toMap(Listener::name, Function.identity())));
    List<Listener> given = find(BrokerSettings.ADVERTISED_LISTENERS);
    for (Listener listener : given == null ? List.<Listener>of() : given) {
      if (byName.put(listener.name(), listener) == null) {
        throw new OperatorError(
            "advertised.listeners names " + listener.name() + ", which listeners does not",
            "add it there or remove it");
      }
    }
    for (Listener listener : byName.values()) {
      if (listener.isWildcard()) {
        throw new OperatorError(
            "clients cannot connect to " + listener,
            "give the address of this node for listener "
                + listener.name()
                + " in advertised.listeners");
      }
    }
    return Map.copyOf(byName);
  }

  private static List<Path> directories(List<String> named) {
    List<Path> directories =
        named.stream().map(path -> Path.of(path).toAbsolutePath().normalize()).distinct().toList();
    if (directories.isEmpty() || directories.size() != named.size()) {
      throw new OperatorError(
          "log.dirs names " + (named.isEmpty() ? "no directory" : "a directory twice"),
          "name each directory once, separated by commas");
    }
    return directories;
  }

  private HostAndPort internalAddress() {
    String text = find(BrokerSettings.INTERNAL_LISTENER);
    if (text == null) {
      Listener first = listeners.getFirst();
      return new HostAndPort(first.isWildcard() ? ALL_INTERFACES : first.host(), 0);
    }
    try {
      return HostAndPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new OperatorError(
          "invalid value " + text + " for internal.listener", String.valueOf(e.getMessage()));
    }
  }

  private void checkWithin(Setting<Integer> setting, Setting<Integer> min, Setting<Integer> max) {
    int value = get(setting);
    if (value < get(min) || value > get(max)) {
      throw new OperatorError(
          setting.name() + " is " + value + ", outside its bounds",
          "see " + min.name() + " and " + max.name());
    }
  }

  private void checkBounds() {
    checkWithin(
        BrokerSettings.GROUP_CONSUMER_SESSION_TIMEOUT_MS,
        BrokerSettings.GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS,
        BrokerSettings.GROUP_CONSUMER_MAX_SESSION_TIMEOUT_MS);
    checkWithin(
        BrokerSettings.GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS,
        BrokerSettings.GROUP_CONSUMER_MIN_HEARTBEAT_INTERVAL_MS,
        BrokerSettings.GROUP_CONSUMER_MAX_HEARTBEAT_INTERVAL_MS);
    if (get(BrokerSettings.GROUP_MIN_SESSION_TIMEOUT_MS)
        > get(BrokerSettings.GROUP_MAX_SESSION_TIMEOUT_MS)) {
      throw new OperatorError(
          "group.min.session.timeout.ms is larger than group.max.session.timeout.ms",
          "lower the first or raise the second");
    }
    if (get(BrokerSettings.MESSAGE_MAX_BYTES) > get(BrokerSettings.SOCKET_REQUEST_MAX_BYTES)) {
      throw new OperatorError(
          "message.max.bytes is larger than socket.request.max.bytes",
          "lower the first or raise the second");
    }
  }
}
