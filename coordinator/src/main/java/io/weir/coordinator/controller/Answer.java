package io.weir.coordinator.controller;

/** What became of a request to the controller. Immutable. */
public sealed interface Answer<T> {
  record Given<T>(T value) implements Answer<T> {}

  /**
   * There is no controller here, or not yet, or no longer. A request that it had begun with may
   * have been carried out or not.
   */
  record NotController<T>() implements Answer<T> {}
}
