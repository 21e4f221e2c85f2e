package io.weir.coordinator.group.core;

import io.weir.coordinator.ScenarioFiles;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client in a {@link GroupScenario}, of one protocol or the other. */
abstract class ScenarioMember {
  final Shard shard;
  final @Nullable String instanceId;

  /** Whether another client has taken its place. */
  boolean replaced;

  /** What it reads; names such as a-0. */
  Set<String> owned = new TreeSet<>();

  ScenarioMember(Shard shard, @Nullable String instanceId) {
    this.shard = shard;
    this.instanceId = instanceId;
  }

  abstract String memberId();

  /** Generation or epoch that it is in; -1 before it has joined. */
  abstract int generation();

  /**
   * Within what a partition must not have two owners: two members are compared where this is the
   * same.
   *
   * @param line of the story
   */
  abstract String scope(int line);

  /**
   * Asks for something.
   *
   * @return gives null while there is no answer; then, once, the answer
   */
  abstract Supplier<@Nullable ErrorCode> ask(String verb);

  final MemberRef ref() {
    return new MemberRef(memberId(), instanceId);
  }

  /** Who owns what it owns: a static member's successor is the same. */
  final String owner() {
    return instanceId == null ? memberId() : instanceId;
  }

  static AssertionError unknown(String verb) {
    return ScenarioFiles.unknown(List.of(verb));
  }
}
