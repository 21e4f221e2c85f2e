package io.weir.replication.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The names of a directory. As of a journaling file system, changes reach the disk in their order
 * and a rename does so as a whole; those that were not forced may be lost, from any of them on.
 */
final class DiskDirectory extends DiskNode {
  /** Gives a name a node, or takes one away from a name, or both. */
  private record Change(@Nullable String taken, @Nullable String given, @Nullable DiskNode node) {
    void apply(Map<String, DiskNode> names) {
      if (taken != null) {
        names.remove(taken);
      }
      if (given != null && node != null) {
        names.put(given, node);
      }
    }
  }

  private final Map<String, DiskNode> cached = new TreeMap<>();
  private final Map<String, DiskNode> durable = new TreeMap<>();
  private final List<Change> unforced = new ArrayList<>();

  @Nullable DiskNode get(String name) {
    return cached.get(name);
  }

  List<String> names() {
    return List.copyOf(cached.keySet());
  }

  boolean isEmpty() {
    return cached.isEmpty();
  }

  List<DiskNode> nodes() {
    return List.copyOf(cached.values());
  }

  void add(String name, DiskNode node) {
    change(new Change(null, name, node));
  }

  void remove(String name) {
    change(new Change(name, null, null));
  }

  void rename(String from, String to, DiskNode node) {
    change(new Change(from, to, node));
  }

  private void change(Change change) {
    change.apply(cached);
    unforced.add(change);
  }

  void force() {
    unforced.forEach(change -> change.apply(durable));
    unforced.clear();
  }

  /** As many of the changes as chance will have it are kept, and so below. */
  void powerGoes(RandomGenerator random) {
    int kept = random.nextInt(3) == 0 ? unforced.size() : random.nextInt(unforced.size() + 1);
    unforced.subList(0, kept).forEach(change -> change.apply(durable));
    unforced.clear();
    cached.clear();
    cached.putAll(durable);
    for (DiskNode node : cached.values()) {
      switch (node) {
        case DiskFile file -> file.powerGoes(random);
        case DiskDirectory directory -> directory.powerGoes(random);
      }
    }
  }
}
