package io.weir.replication.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The map of keys against one that has them in full. */
final class KeyMapTest {
  private static final UUID SALT = new UUID(1, 2);

  private static ByteBuffer key(int number) {
    return ByteBuffer.wrap(("key-" + number).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void itKnowsTheLastOffsetOfEachKeyUpToItsLastSlot() {
    Random random = new Random(5);
    Map<Integer, Long> expected = new HashMap<>();
    try (KeyMap map = new KeyMap(1_000, 1 << 20, 0.9, SALT)) {
      for (long offset = 0; map.room() > 0; offset++) {
        int key = random.nextInt(5_000);
        map.put(key(key), offset);
        expected.put(key, offset);
      }
      assertThat(expected.size()).isGreaterThanOrEqualTo(1_000);
      for (int key = 0; key < 5_000; key++) {
        assertThat(map.of(key(key))).isEqualTo(expected.getOrDefault(key, -1L));
      }
    }
  }

  @Test
  void itTakesNoMoreMemoryThanItMay() {
    try (KeyMap map = new KeyMap(1_000_000, 24 * 100, 0.9, SALT)) {
      assertThat(map.room()).isEqualTo(90);
      for (int key = 0; key < 90; key++) {
        map.put(key(key), key);
      }
      map.put(key(3), 100);
      assertThat(map.of(key(3))).isEqualTo(100);
      assertThatThrownBy(() -> map.put(key(91), 101)).isInstanceOf(IllegalStateException.class);
    }
  }
}
