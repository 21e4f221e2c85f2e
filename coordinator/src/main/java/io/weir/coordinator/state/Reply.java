package io.weir.coordinator.state;

/** Where the answer to one request goes. Called exactly once, by whoever carries out effects. */
@FunctionalInterface
public interface Reply<T> {
  void send(T answer);
}
