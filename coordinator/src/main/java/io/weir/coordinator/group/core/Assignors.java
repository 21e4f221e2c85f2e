package io.weir.coordinator.group.core;

import io.weir.coordinator.group.assignor.Assignor;
import io.weir.coordinator.group.assignor.RangeAssignor;
import io.weir.coordinator.group.assignor.UniformAssignor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The assignors that members can ask for; never none. Immutable. */
final class Assignors {
  private static final List<Assignor> ALL = List.of(new UniformAssignor(), new RangeAssignor());

  private final List<Assignor> offered;

  private Assignors(List<Assignor> offered) {
    this.offered = offered;
  }

  /**
   * Those with these names, the default first.
   *
   * @throws IllegalArgumentException when there is none of a name
   */
  static Assignors of(List<String> names) {
    List<Assignor> offered = new ArrayList<>();
    for (String name : names) {
      offered.add(
          ALL.stream()
              .filter(assignor -> assignor.name().equals(name))
              .findAny()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "group.consumer.assignors: there is no assignor " + name)));
    }
    return new Assignors(offered);
  }

  boolean offers(String name) {
    return offered.stream().anyMatch(assignor -> assignor.name().equals(name));
  }

  String names() {
    return String.join(", ", offered.stream().map(Assignor::name).toList());
  }

  /** The one that most members ask for, else the default. */
  Assignor elect(Collection<ConsumerMember> members) {
    Map<String, Integer> votes = new HashMap<>();
    for (ConsumerMember member : members) {
      if (member.assignor() != null) {
        votes.merge(member.assignor(), 1, Integer::sum);
      }
    }
    Assignor elected = offered.getFirst();
    int most = 0;
    for (Assignor candidate : offered) {
      int count = votes.getOrDefault(candidate.name(), 0);
      if (count > most) {
        most = count;
        elected = candidate;
      }
    }
    return elected;
  }
}
