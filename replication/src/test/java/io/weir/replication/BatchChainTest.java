package io.weir.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchChainTest {
  private final ByteBuf chain = chain();

  private static ByteBuf chain() {
    ByteBuf chain = Unpooled.buffer();
    for (String[] values : new String[][] {{"a", "b"}, {"c"}, {"d", "e", "f"}}) {
      ByteBuf batch = InProcessCluster.batch(values);
      chain.writeBytes(batch);
      batch.release();
    }
    return chain;
  }

  @AfterEach
  void release() {
    chain.release();
  }

  @Test
  void offsetsAreGivenBatchAfterBatch() {
    assertThat(BatchChain.assign(chain, 40, 7)).isEqualTo(46);

    assertThat(BatchChain.damage(chain, 40)).isNull();
  }

  @Test
  void aHoleOrAWrongBeginningIsFound() {
    BatchChain.assign(chain, 40, 7);

    assertThat(BatchChain.damage(chain, 41)).contains("offset 40 where 41");
  }

  @Test
  void everyFlippedBitIsFoundButThoseThatTheLeaderWrites() {
    BatchChain.assign(chain, 40, 7);
    for (int index = 0; index < chain.writerIndex(); index++) {
      boolean leaderEpoch = isLeaderEpoch(index);
      chain.setByte(index, chain.getByte(index) ^ 0x10);
      assertThat(BatchChain.damage(chain, 40) == null).as("byte %d", index).isEqualTo(leaderEpoch);
      chain.setByte(index, chain.getByte(index) ^ 0x10);
    }
  }

  private boolean isLeaderEpoch(int index) {
    int start = 0;
    while (start < chain.writerIndex()) {
      int size = chain.getInt(start + 8) + 12;
      if (index < start + size) {
        return index >= start + 12 && index < start + 16;
      }
      start += size;
    }
    return false;
  }

  @Test
  void aCutOffEndIsFound() {
    BatchChain.assign(chain, 40, 7);
    chain.writerIndex(chain.writerIndex() - 1);

    assertThat(BatchChain.damage(chain, 40)).isNotNull();
  }
}
