package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.replication.log.DirectorySpace.Writer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectorySpaceTest {
  @TempDir Path path;

  @Test
  void noMoreIsTakenBetweenTwoLooksThanTheFirstSaw() throws IOException {
    DirectorySpace space = new DirectorySpace(path);
    space.look();
    long free = space.freeBytes();
    long reserve = free - 1_000;
    assertThat(space.take(600, Writer.CLIENT, reserve)).isTrue();
    assertThat(space.take(600, Writer.CLIENT, reserve)).isFalse();
    assertThat(space.take(400, Writer.CLIENT, reserve)).isTrue();
    assertThat(space.take(1, Writer.CLIENT, reserve)).isFalse();
    assertThat(space.freeBytes()).isEqualTo(reserve);
  }

  @Test
  void theNodeItselfHasHalfOfTheReserve() throws IOException {
    DirectorySpace space = new DirectorySpace(path);
    space.look();
    long reserve = space.freeBytes() + 1;
    assertThat(space.take(1, Writer.CLIENT, reserve)).isFalse();
    assertThat(space.take(1, Writer.NODE, reserve)).isTrue();
  }

  @Test
  void theDefaultReserveIsATwentiethOfASmallVolume() throws IOException {
    DirectorySpace space = new DirectorySpace(path);
    assertThat(space.reserve(-1)).isZero();
    space.look();
    assertThat(space.reserve(-1)).isEqualTo(Math.min(256L << 20, space.totalBytes() / 20));
    assertThat(space.reserve(5)).isEqualTo(5);
  }
}
