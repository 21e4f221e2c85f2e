package io.weir.coordinator.group.core;

/** Makes ids for members. Each call gives an id that nobody else has or will get. */
@FunctionalInterface
public interface MemberIds {
  /**
   * A new id.
   *
   * @param prefix what a person recognises the member by: its instance id or client id
   */
  String next(String prefix);
}
