package io.weir.replication.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One replica in the simulated cluster: a log in memory and a core, joined as the real shell joins
 * them. Confined to the simulation's thread.
 */
final class SimulatedNode {
  /** What a follower says. */
  sealed interface ToLeader {
    record Follow(int epoch, int followId, ReplicaEnd end, int lastEpoch) implements ToLeader {}

    record Ack(int epoch, int followId, ReplicaEnd end) implements ToLeader {}
  }

  /** What a leader says. */
  sealed interface ToFollower {
    record Diverged(int epoch, int followId, EpochBoundary boundary) implements ToFollower {}

    record StartOver(int epoch, int followId) implements ToFollower {}

    record Batches(int epoch, int followId, long base, List<ListLog.Entry> entries, long watermark)
        implements ToFollower {}

    record Watermark(int epoch, int followId, long watermark) implements ToFollower {}

    record Refused(int epoch, int followId) implements ToFollower {}
  }

  private static final int WINDOW = 50;

  final int id;
  final ListLog log = new ListLog();
  private final ReplicationSimulation world;
  boolean up = true;
  long watermark;

  /** All before it is on disk. */
  private long flushed;

  private int leaderEpoch = -1;
  private int partitionEpoch = -1;
  @Nullable LeaderCore leading;
  @Nullable FollowerCore following;

  SimulatedNode(int id, ReplicationSimulation world) {
    this.id = id;
    this.world = world;
  }

  void onMetadata(ReplicationSimulation.State state) {
    if (state.leaderEpoch() < leaderEpoch
        || (state.leaderEpoch() == leaderEpoch && state.partitionEpoch() <= partitionEpoch)) {
      return;
    }
    boolean sameEpoch = state.leaderEpoch() == leaderEpoch;
    leaderEpoch = state.leaderEpoch();
    partitionEpoch = state.partitionEpoch();
    if (sameEpoch) {
      if (leading != null) {
        leading.onStateChanged(mandate(state), world.nowMs);
        afterLeadersStep(leading);
      }
      return;
    }
    leading = null;
    following = null;
    if (state.leader() == id) {
      leading =
          new LeaderCore(mandate(state), 1_000, WINDOW, log.logEndOffset(), watermark, world.nowMs);
      leading.onFlushed(flushed);
      afterLeadersStep(leading);
    } else if (state.leader() >= 0) {
      following = new FollowerCore(state.leader(), leaderEpoch);
    }
  }

  private Leadership mandate(ReplicationSimulation.State state) {
    return new Leadership(
        id,
        leaderEpoch,
        partitionEpoch,
        world.replicas,
        state.inSync(),
        world.minInSync,
        world.durable);
  }

  void connect(long streamId) {
    FollowerCore core = following;
    if (core != null) {
      if (world.mistake == ReplicationSimulation.Mistake.TRUNCATE_TO_HIGH_WATERMARK) {
        log.truncateTo(Math.min(watermark, log.logEndOffset()));
      }
      core.onStreamOpened(streamId);
      ask(core);
    }
  }

  void askAgain() {
    FollowerCore core = following;
    if (core != null && core.hasStream()) {
      ask(core);
    }
  }

  private void ask(FollowerCore core) {
    int question = core.ask();
    world.send(
        this, core, new ToLeader.Follow(core.leaderEpoch(), question, end(), log.latestEpoch()));
  }

  void onStreamEnded(int follower, long streamId) {
    if (leading != null) {
      leading.onStreamEnded(follower, streamId);
    }
    if (following != null) {
      following.onStreamEnded(streamId);
    }
  }

  void onMessage(int from, long streamId, ToLeader message) {
    LeaderCore core = leading;
    switch (message) {
      case ToLeader.Follow(int epoch, int followId, ReplicaEnd end, int lastEpoch) -> {
        if (core == null || epoch != leaderEpoch) {
          world.reply(streamId, new ToFollower.Refused(epoch, followId));
          return;
        }
        switch (core.onFollow(from, streamId, followId, end, lastEpoch, log, world.nowMs)) {
          case FollowVerdict.Begin _ -> {}
          case FollowVerdict.Diverged(EpochBoundary boundary) ->
              world.reply(streamId, new ToFollower.Diverged(epoch, followId, boundary));
          case FollowVerdict.StartOver _ ->
              world.reply(streamId, new ToFollower.StartOver(epoch, followId));
          case FollowVerdict.NotAReplica _ ->
              world.reply(streamId, new ToFollower.Refused(epoch, followId));
        }
      }
      case ToLeader.Ack(int epoch, int followId, ReplicaEnd end) -> {
        if (core != null) {
          core.onAck(from, streamId, followId, epoch, end, world.nowMs);
        }
      }
    }
    if (core != null) {
      afterLeadersStep(core);
    }
  }

  void onMessage(long streamId, ToFollower message) {
    FollowerCore core = following;
    if (core == null) {
      return;
    }
    switch (message) {
      case ToFollower.Batches(int epoch, int followId, long base, var entries, long leaders) -> {
        switch (core.onBatches(streamId, epoch, followId, base, log.logEndOffset())) {
          case DROP -> {}
          case ASK_AGAIN -> ask(core);
          case APPEND -> {
            entries.forEach(log::append);
            learnWatermark(leaders);
            world.send(this, core, new ToLeader.Ack(epoch, followId, end()));
          }
        }
      }
      case ToFollower.Watermark(int epoch, int followId, long leaders) -> {
        if (core.accepts(streamId, epoch, followId)) {
          learnWatermark(leaders);
        }
      }
      case ToFollower.Diverged(int epoch, int followId, EpochBoundary boundary) -> {
        if (core.accepts(streamId, epoch, followId)) {
          truncate(core, FollowerCore.truncationPoint(boundary, log));
        }
      }
      case ToFollower.StartOver(int epoch, int followId) -> {
        if (core.accepts(streamId, epoch, followId)) {
          truncate(core, 0);
        }
      }
      case ToFollower.Refused _ -> {}
    }
  }

  /** All that is appended is on disk now; who is concerned hears of it. */
  void flush() {
    flushed = log.logEndOffset();
    LeaderCore leader = leading;
    FollowerCore follower = following;
    if (leader != null) {
      leader.onFlushed(flushed);
      afterLeadersStep(leader);
    }
    if (follower != null && follower.state() == FollowerCore.State.FOLLOWING) {
      world.send(this, follower, new ToLeader.Ack(leaderEpoch, follower.followId(), end()));
    }
  }

  private ReplicaEnd end() {
    return new ReplicaEnd(log.logEndOffset(), flushed);
  }

  /** The power fails: what is not on disk is lost. */
  void losePower() {
    log.truncateTo(flushed);
    watermark = Math.min(watermark, flushed);
  }

  private void truncate(FollowerCore core, long offset) {
    log.truncateTo(offset);
    flushed = Math.min(flushed, offset);
    watermark = Math.min(watermark, offset);
    ask(core);
  }

  private void learnWatermark(long leaders) {
    watermark = FollowerCore.watermark(watermark, leaders, log.logEndOffset());
  }

  void append(int count) {
    LeaderCore core = leading;
    if (core == null) {
      return;
    }
    for (int i = 0; i < count; i++) {
      log.append(new ListLog.Entry(leaderEpoch, world.nextValue()));
    }
    core.onAppended(log.logEndOffset(), world.nowMs);
    afterLeadersStep(core);
  }

  /** Sends some of what followers lack, as far as their windows allow, or the watermark alone. */
  void pump(Random random) {
    LeaderCore core = leading;
    if (core == null) {
      return;
    }
    for (FollowerProgress follower : core.followers()) {
      if (!follower.isFollowing()) {
        continue;
      }
      long from = follower.window().nextOffset();
      if (from < log.logEndOffset() && follower.window().room() > 0) {
        long to = Math.min(log.logEndOffset(), from + 1 + random.nextInt(4));
        follower.window().onSent(to, (int) (to - from) * 10);
        world.reply(
            follower.streamId(),
            new ToFollower.Batches(
                leaderEpoch, follower.followId(), from, log.slice(from, to), watermark));
      } else {
        world.reply(
            follower.streamId(),
            new ToFollower.Watermark(leaderEpoch, follower.followId(), watermark));
      }
    }
  }

  void tick() {
    LeaderCore core = leading;
    Proposal proposal = core == null ? null : core.nextProposal(world.nowMs);
    if (proposal != null) {
      world.propose(this, proposal);
    }
  }

  void onAnswer(Proposal proposal, ProposalOutcome outcome) {
    LeaderCore core = leading;
    if (core != null && proposal.leaderEpoch() == leaderEpoch) {
      core.onProposalAnswered(proposal, outcome, world.nowMs);
      afterLeadersStep(core);
    }
  }

  private void afterLeadersStep(LeaderCore core) {
    world.checkLeader(this, leaderEpoch, core.highWatermark());
    watermark = core.highWatermark();
  }

  /**
   * The process dies and comes back: files stay, all else goes; the watermark's checkpoint is old.
   */
  void restart(Random random) {
    up = true;
    leading = null;
    following = null;
    leaderEpoch = -1;
    partitionEpoch = -1;
    watermark = watermark == 0 ? 0 : random.nextLong(watermark + 1);
  }

  /** The disk is lost too. */
  void wipe() {
    log.truncateTo(0);
    flushed = 0;
    watermark = 0;
  }

  List<ListLog.Entry> entries() {
    return new ArrayList<>(log.slice(0, log.logEndOffset()));
  }
}
