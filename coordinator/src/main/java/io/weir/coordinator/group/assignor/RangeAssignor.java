package io.weir.coordinator.group.assignor;

import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Divides each topic by ranges of its partitions. Stateless.
 *
 * <p>Topics with the same number of partitions and the same subscribers are divided alike, so that
 * partitions of the same number meet at one member and can be joined there. Within a topic no two
 * members differ by more than one partition. A member keeps the numbers it had as far as its share
 * allows; what is left goes to the members in the order of their ids, near a replica first.
 */
public final class RangeAssignor implements Assignor {
  public static final String NAME = "range";

  /** Topics that are divided alike. */
  private record Alike(int partitions, List<String> subscribers) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Set<TopicIdPartition>> assign(AssignmentInput input) {
    Map<String, Set<TopicIdPartition>> result = new LinkedHashMap<>();
    input.members().keySet().forEach(id -> result.put(id, new HashSet<>()));
    classes(input)
        .forEach((alike, topics) -> {
          String[] owners = divide(input, alike, topics);
          for (UUID topic : topics) {
            for (int index = 0; index < owners.length; index++) {
              result
                  .computeIfAbsent(owners[index], id -> new HashSet<>())
                  .add(new TopicIdPartition(topic, index));
            }
          }
        });
    result.replaceAll((id, partitions) -> Collections.unmodifiableSet(partitions));
    return result;
  }

  private static Map<Alike, List<UUID>> classes(AssignmentInput input) {
    Map<UUID, List<String>> subscribers = new LinkedHashMap<>();
    input
        .members()
        .forEach((id, member) -> {
          for (UUID topic : member.topics()) {
            subscribers.computeIfAbsent(topic, key -> new ArrayList<>()).add(id);
          }
        });
    Map<Alike, List<UUID>> classes = new LinkedHashMap<>();
    input
        .topics()
        .forEach((id, topic) -> {
          List<String> wantedBy = subscribers.get(id);
          if (wantedBy != null) {
            classes
                .computeIfAbsent(new Alike(topic.partitions(), wantedBy), key -> new ArrayList<>())
                .add(id);
          }
        });
    return classes;
  }

  /** The owner of each partition number. */
  private static String[] divide(AssignmentInput input, Alike alike, List<UUID> topics) {
    int smaller = alike.partitions() / alike.subscribers().size();
    int larger = alike.partitions() % alike.subscribers().size();
    String[] owners = new String[alike.partitions()];
    Map<String, Integer> room = new LinkedHashMap<>();
    List<String> byKept = new ArrayList<>(alike.subscribers());
    Map<String, List<Integer>> kept = kept(input, alike, topics);
    // Who had more gets the larger shares, so that fewer partitions move.
    byKept.sort((a, b) -> Integer.compare(sizeOf(kept, b), sizeOf(kept, a)));
    Set<String> getLarger = new HashSet<>(byKept.subList(0, larger));
    for (String id : alike.subscribers()) {
      int share = smaller + (getLarger.contains(id) ? 1 : 0);
      for (int index : kept.getOrDefault(id, List.of())) {
        if (share > 0) {
          owners[index] = id;
          share--;
        }
      }
      room.put(id, share);
    }
    for (int index = 0; index < owners.length; index++) {
      if (owners[index] == null) {
        String owner = nearestWithRoom(input, topics, index, room);
        owners[index] = owner;
        room.merge(owner, -1, Integer::sum);
      }
    }
    return owners;
  }

  private static int sizeOf(Map<String, List<Integer>> kept, String id) {
    return kept.getOrDefault(id, List.of()).size();
  }

  /** The numbers that each had in the first topic of these in which anybody had anything. */
  private static Map<String, List<Integer>> kept(
      AssignmentInput input, Alike alike, List<UUID> topics) {
    for (UUID topic : topics) {
      Map<String, List<Integer>> kept = new LinkedHashMap<>();
      Set<TopicIdPartition> taken = new HashSet<>();
      for (String id : alike.subscribers()) {
        AssignmentInput.Member member = input.members().get(id);
        for (int index = 0; member != null && index < alike.partitions(); index++) {
          TopicIdPartition partition = new TopicIdPartition(topic, index);
          if (member.previous().contains(partition) && taken.add(partition)) {
            kept.computeIfAbsent(id, key -> new ArrayList<>()).add(index);
          }
        }
      }
      if (!kept.isEmpty()) {
        return kept;
      }
    }
    return Map.of();
  }

  private static String nearestWithRoom(
      AssignmentInput input, List<UUID> topics, int index, Map<String, Integer> room) {
    String nearest = "";
    long best = -1;
    for (Map.Entry<String, Integer> candidate : room.entrySet()) {
      AssignmentInput.Member member = input.members().get(candidate.getKey());
      if (candidate.getValue() > 0 && member != null) {
        long near =
            topics.stream()
                .filter(topic -> input.isNear(member, new TopicIdPartition(topic, index)))
                .count();
        if (near > best) {
          best = near;
          nearest = candidate.getKey();
        }
      }
    }
    return nearest;
  }
}
