package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.group.core.Shard.Asked;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client of the classic protocol; where it leads, it shares all partitions out in turn. */
final class ClassicScenarioMember extends ScenarioMember {
  private final Set<String> partitions;
  private String memberId = "";
  private @Nullable JoinResult joined;

  /**
   * @param partitions of all topics; may grow
   */
  ClassicScenarioMember(Shard shard, @Nullable String instanceId, Set<String> partitions) {
    super(shard, instanceId);
    this.partitions = partitions;
  }

  @Override
  String memberId() {
    return memberId;
  }

  @Override
  int generation() {
    return joined == null ? JoinResult.NO_GENERATION : joined.generationId();
  }

  @Override
  String scope(int line) {
    return "generation " + generation();
  }

  @Override
  Supplier<@Nullable ErrorCode> ask(String verb) {
    return switch (verb) {
      case "join" ->
          outcome(shard.join(Shard.consumer(memberId, instanceId, "range")), this::joined);
      case "sync" -> sync();
      case "heartbeat" -> {
        ErrorCode answer = shard.core().heartbeat("g", ref(), generation(), shard.now());
        yield () -> answer;
      }
      case "leave" -> {
        ErrorCode answer = shard.leave(ref()).getFirst();
        yield () -> answer;
      }
      default -> throw unknown(verb);
    };
  }

  static <T> Supplier<@Nullable ErrorCode> outcome(
      Asked<T> asked, Function<T, ErrorCode> onAnswer) {
    return () -> asked.isWaiting() ? null : onAnswer.apply(asked.answer());
  }

  private ErrorCode joined(JoinResult result) {
    if (result.errorCode() == ErrorCode.NONE) {
      assertThat(result.generationId()).isGreaterThanOrEqualTo(generation());
      memberId = result.memberId();
      joined = result;
      owned = new TreeSet<>();
    }
    return result.errorCode();
  }

  private Supplier<@Nullable ErrorCode> sync() {
    JoinResult generation = joined;
    if (generation == null) {
      throw new AssertionError("syncs before it has joined");
    }
    return outcome(shard.sync(generation, instanceId, shares(generation)), this::synced);
  }

  /** Nothing where it does not lead. */
  private Map<String, String> shares(JoinResult generation) {
    List<String> members =
        generation.members().stream().map(JoinResult.Member::memberId).sorted().toList();
    Map<String, String> shares = new TreeMap<>();
    int next = 0;
    for (String partition : members.isEmpty() ? Set.<String>of() : partitions) {
      shares.merge(members.get(next++ % members.size()), partition, (a, b) -> a + " " + b);
    }
    return shares;
  }

  private ErrorCode synced(SyncResult result) {
    if (result.errorCode() == ErrorCode.NONE) {
      String share = Shard.text(result.assignment());
      owned = share.isEmpty() ? Set.of() : new TreeSet<>(List.of(share.split(" ", -1)));
    }
    return result.errorCode();
  }
}
