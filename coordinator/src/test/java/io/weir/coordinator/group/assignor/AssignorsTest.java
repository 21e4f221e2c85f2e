package io.weir.coordinator.group.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What both assignors promise, over random groups. */
class AssignorsTest {
  private static final long FIRST_SEED = Long.getLong("seed", 1);
  private static final int SEEDS = Long.getLong("seed") == null ? 400 : 1;
  private static final UUID A = new UUID(0, 1);
  private static final UUID B = new UUID(0, 2);

  private final Map<String, AssignmentInput.Member> members = new TreeMap<>();
  private final Map<UUID, AssignmentInput.Topic> topics = new HashMap<>();

  private void topic(UUID id, int partitions) {
    topics.put(id, new AssignmentInput.Topic(Collections.nCopies(partitions, Set.of())));
  }

  private void member(String id, UUID... wanted) {
    members.put(id, new AssignmentInput.Member(null, Set.of(wanted), Set.of()));
  }

  private Map<String, Set<TopicIdPartition>> assign(Assignor assignor) {
    return assignor.assign(new AssignmentInput(members, topics));
  }

  /** The members have now what they were to have. */
  private void accept(Map<String, Set<TopicIdPartition>> assignment) {
    members.replaceAll((id, member) ->
        new AssignmentInput.Member(
            member.rack(), member.topics(), assignment.getOrDefault(id, Set.of())));
  }

  private static long moved(
      Map<String, Set<TopicIdPartition>> before, Map<String, Set<TopicIdPartition>> after) {
    long moved = 0;
    for (Map.Entry<String, Set<TopicIdPartition>> member : after.entrySet()) {
      for (TopicIdPartition partition : member.getValue()) {
        moved += before.getOrDefault(member.getKey(), Set.of()).contains(partition) ? 0 : 1;
      }
    }
    return moved;
  }

  @Test
  void aNewMemberOfTenGetsItsShareAndNothingElseMoves() {
    topic(A, 900);
    for (int i = 0; i < 10; i++) {
      member("m" + i, A);
    }
    for (Assignor assignor : List.of(new UniformAssignor(), new RangeAssignor())) {
      members.remove("new");
      members.replaceAll((id, m) -> new AssignmentInput.Member(null, m.topics(), Set.of()));
      Map<String, Set<TopicIdPartition>> before = assign(assignor);
      accept(before);
      member("new", A);

      Map<String, Set<TopicIdPartition>> after = assign(assignor);

      assertThat(moved(before, after)).as(assignor.name()).isEqualTo(after.get("new").size());
      assertThat(after.get("new")).hasSizeBetween(81, 82);
    }
  }

  @Test
  void sharesEvenOutOverAMemberInBetween() {
    // x can only read A and z only B, but y, who reads both, can pass the difference on.
    topic(A, 6);
    topic(B, 2);
    member("x", A);
    member("y", A, B);
    member("z", B);

    Map<String, Set<TopicIdPartition>> result = assign(new UniformAssignor());

    assertThat(result.values().stream().map(Set::size).sorted().toList())
        .isEqualTo(List.of(2, 3, 3));
  }

  @Test
  void membersReadFromTheirOwnRackWhereThatCostsNoBalance() {
    List<Set<String>> racks = new ArrayList<>();
    for (int index = 0; index < 9; index++) {
      racks.add(Set.of("r" + index % 3));
    }
    topics.put(A, new AssignmentInput.Topic(racks));
    for (int i = 0; i < 3; i++) {
      members.put("m" + i, new AssignmentInput.Member("r" + (2 - i), Set.of(A), Set.of()));
    }
    AssignmentInput input = new AssignmentInput(members, topics);

    for (Assignor assignor : List.of(new UniformAssignor(), new RangeAssignor())) {
      assignor
          .assign(input)
          .forEach((id, partitions) ->
              assertThat(partitions)
                  .as("%s of %s", assignor.name(), id)
                  .hasSize(3)
                  .allMatch(p -> input.isNear(input.members().get(id), p)));
    }
  }

  @Test
  void topicsOfOneShapeAreDividedAlike() {
    topic(A, 7);
    topic(B, 7);
    member("x", A, B);
    member("y", A, B);

    assign(new RangeAssignor())
        .values()
        .forEach(partitions ->
            assertThat(indexes(partitions, A)).isEqualTo(indexes(partitions, B)).isNotEmpty());
  }

  private static Set<Integer> indexes(Set<TopicIdPartition> partitions, UUID topic) {
    Set<Integer> indexes = new HashSet<>();
    partitions.stream()
        .filter(p -> p.topicId().equals(topic))
        .forEach(p -> indexes.add(p.partition()));
    return indexes;
  }

  @Test
  void whateverTheGroup() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Random random = new Random(seed);
      for (Assignor assignor : List.of(new UniformAssignor(), new RangeAssignor())) {
        members.clear();
        topics.clear();
        boolean alike = random.nextBoolean();
        for (int round = 0; round < 6; round++) {
          change(random, alike);
          Map<String, Set<TopicIdPartition>> result = assign(assignor);
          try {
            checkEachOnce(result);
            if (alike && assignor instanceof UniformAssignor) {
              checkEven(result);
            }
            accept(result);
            assertThat(assign(assignor)).as("the same again").isEqualTo(result);
          } catch (AssertionError e) {
            throw new AssertionError(
                assignor.name() + ", round " + round + ": repeat with -Dseed=" + seed, e);
          }
        }
      }
    }
  }

  private void change(Random random, boolean alike) {
    topic(new UUID(0, 1 + random.nextInt(4)), random.nextInt(12));
    List<UUID> known = topics.keySet().stream().sorted().toList();
    if (members.size() > 1 && random.nextInt(3) == 0) {
      members.remove(members.keySet().iterator().next());
    } else {
      member("m" + random.nextInt(20));
    }
    members.replaceAll((id, member) -> {
      Set<UUID> wanted = new HashSet<>(alike ? known : member.topics());
      if (!alike && (wanted.isEmpty() || random.nextInt(4) == 0)) {
        wanted.add(known.get(random.nextInt(known.size())));
      }
      return new AssignmentInput.Member(null, wanted, member.previous());
    });
  }

  private void checkEachOnce(Map<String, Set<TopicIdPartition>> result) {
    assertThat(result.keySet()).isEqualTo(members.keySet());
    Set<TopicIdPartition> given = new HashSet<>();
    result.forEach((id, partitions) -> {
      AssignmentInput.Member member = members.get(id);
      for (TopicIdPartition partition : partitions) {
        assertThat(given.add(partition)).as("%s is given once", partition).isTrue();
        assertThat(member.topics()).contains(partition.topicId());
      }
    });
    topics.forEach((id, topic) -> {
      boolean wanted = members.values().stream().anyMatch(m -> m.topics().contains(id));
      long count = given.stream().filter(p -> p.topicId().equals(id)).count();
      assertThat(count).isEqualTo(wanted ? topic.partitions() : 0);
    });
  }

  private static void checkEven(Map<String, Set<TopicIdPartition>> result) {
    int min = result.values().stream().mapToInt(Set::size).min().orElse(0);
    int max = result.values().stream().mapToInt(Set::size).max().orElse(0);
    assertThat(max - min).isLessThanOrEqualTo(1);
  }
}
