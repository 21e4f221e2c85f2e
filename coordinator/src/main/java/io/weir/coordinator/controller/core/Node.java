package io.weir.coordinator.controller.core;

import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node that is held to be alive.
 *
 * <pre>
 * registered ──attach──▶ attached ◀──attach── suspect
 *                            └──stream ended──▶┘
 * </pre>
 *
 * A dead node has no entry. Leaving is a property of an attached or suspect node and stays until it
 * is dead. Confined to the controller's thread.
 */
final class Node {
  enum Phase {
    /** A new controller found its registration and has not heard of it yet. */
    REGISTERED,
    ATTACHED,
    /** Its stream broke; a refused connection or the end of its lease makes it dead. */
    SUSPECT
  }

  static final long NO_SESSION = 0;

  private final RegisteredNode registered;
  private Phase phase = Phase.REGISTERED;
  private long session = NO_SESSION;
  private boolean leaving;
  private long heardAtMs;
  private long attachedAtMs;
  private final Set<TopicIdPartition> offlineReplicas = new HashSet<>();

  Node(RegisteredNode registered, long nowMs) {
    this.registered = registered;
    this.heardAtMs = nowMs;
    this.attachedAtMs = nowMs;
  }

  int id() {
    return registered.registration().nodeId();
  }

  UUID incarnation() {
    return registered.registration().incarnation();
  }

  UUID storageId() {
    return registered.registration().storageId();
  }

  HostAndPort internal() {
    return registered.registration().internal();
  }

  @Nullable String rack() {
    return registered.registration().rack();
  }

  RegisteredNode registered() {
    return registered;
  }

  Phase phase() {
    return phase;
  }

  long session() {
    return session;
  }

  boolean isLeaving() {
    return leaving;
  }

  /** May be given leaderships, replicas and a place in in-sync sets. */
  boolean isElectable() {
    return phase != Phase.SUSPECT && !leaving;
  }

  long attachedAtMs() {
    return attachedAtMs;
  }

  void attach(long newSession, boolean stillLeaving, long nowMs) {
    phase = Phase.ATTACHED;
    session = newSession;
    leaving = stillLeaving;
    heardAtMs = nowMs;
    attachedAtMs = nowMs;
  }

  /** Its replicas that cannot serve because of their disk, as far as it has said. */
  Set<TopicIdPartition> offlineReplicas() {
    return offlineReplicas;
  }

  void report(Collection<TopicIdPartition> failed, Collection<TopicIdPartition> recovered) {
    offlineReplicas.addAll(failed);
    offlineReplicas.removeAll(recovered);
  }

  void suspect() {
    phase = Phase.SUSPECT;
    session = NO_SESSION;
  }

  void leave() {
    leaving = true;
  }

  void heard(long atMs) {
    heardAtMs = Math.max(heardAtMs, atMs);
  }

  boolean leaseOver(long nowMs, long leaseMs) {
    return nowMs - heardAtMs > leaseMs;
  }
}
