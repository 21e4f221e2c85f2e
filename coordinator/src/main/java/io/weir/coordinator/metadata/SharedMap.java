package io.weir.coordinator.metadata;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A map of which a changed copy shares all but the touched parts with the original: keys are spread
 * over buckets, and a change copies the array of buckets and the buckets it touches. With the
 * number of buckets near the square root of the number of keys a change costs about as much as that
 * root.
 *
 * <p>Immutable; a {@link Change} is confined to the thread that makes it.
 */
final class SharedMap<K, V> {
  private static final int FIRST_BUCKETS = 16;
  private static final int MAX_BUCKETS = 4096;

  private final Map<K, V>[] buckets;
  private final int size;

  private SharedMap(Map<K, V>[] buckets, int size) {
    this.buckets = buckets;
    this.size = size;
  }

  static <K, V> SharedMap<K, V> empty() {
    return new SharedMap<>(emptyBuckets(FIRST_BUCKETS), 0);
  }

  @Nullable V get(K key) {
    return buckets[index(key, buckets.length)].get(key);
  }

  int size() {
    return size;
  }

  void forEach(Consumer<V> action) {
    for (Map<K, V> bucket : buckets) {
      bucket.values().forEach(action);
    }
  }

  /** A view, in no particular order. */
  Collection<V> values() {
    return new Values();
  }

  Change<K, V> change() {
    return new Change<>(this);
  }

  private static int index(Object key, int count) {
    int hash = key.hashCode() * 0x9E3779B9;
    return (hash ^ (hash >>> 16)) & (count - 1);
  }

  // Java has no arrays of a parameterised type; nothing but Map<K, V> is ever put in.
  @SuppressWarnings("unchecked")
  private static <K, V> Map<K, V>[] emptyBuckets(int count) {
    Map<K, V>[] buckets = (Map<K, V>[]) new Map<?, ?>[count];
    for (int i = 0; i < count; i++) {
      buckets[i] = Map.of();
    }
    return buckets;
  }

  /** Collects changes to one map. */
  static final class Change<K, V> {
    private final SharedMap<K, V> from;
    private Map<K, V>[] buckets;
    private boolean[] owned = {};
    private boolean changed;
    private int size;

    private Change(SharedMap<K, V> from) {
      this.from = from;
      this.buckets = from.buckets;
      this.size = from.size;
    }

    @Nullable V get(K key) {
      return buckets[index(key, buckets.length)].get(key);
    }

    void put(K key, V value) {
      if (own(key).put(key, value) == null) {
        size++;
        growWhenCrowded();
      }
    }

    void remove(K key) {
      if (get(key) != null) {
        own(key).remove(key);
        size--;
      }
    }

    /** The changed map; this object must not be used afterwards. */
    SharedMap<K, V> done() {
      return changed ? new SharedMap<>(buckets, size) : from;
    }

    private Map<K, V> own(K key) {
      if (!changed) {
        buckets = from.buckets.clone();
        owned = new boolean[buckets.length];
        changed = true;
      }
      int i = index(key, buckets.length);
      if (!owned[i]) {
        buckets[i] = new HashMap<>(buckets[i]);
        owned[i] = true;
      }
      return buckets[i];
    }

    private void growWhenCrowded() {
      int count = buckets.length;
      if (count == MAX_BUCKETS || size <= (long) count * count) {
        return;
      }
      Map<K, V>[] old = buckets;
      buckets = emptyBuckets(count * 4);
      owned = new boolean[count * 4];
      for (Map<K, V> bucket : old) {
        bucket.forEach((key, value) -> own(key).put(key, value));
      }
    }
  }

  private final class Values extends AbstractCollection<V> {
    @Override
    public int size() {
      return size;
    }

    @Override
    public Iterator<V> iterator() {
      return new Iterator<>() {
        private int bucket;
        private Iterator<V> within = buckets[0].values().iterator();

        @Override
        public boolean hasNext() {
          while (!within.hasNext() && bucket + 1 < buckets.length) {
            within = buckets[++bucket].values().iterator();
          }
          return within.hasNext();
        }

        @Override
        public V next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          return within.next();
        }
      };
    }
  }
}
