package io.weir.replication.compaction.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.replication.log.EndMarker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What stays of batches at offset 10 or 100, in a pass whose map of keys begins at 50. */
final class BatchSieveTest {
  private static final long CLEAN = 10;
  private static final long DIRTY = 100;
  private static final long NOW_MS = 1_000_000;
  private static final long RETENTION_MS = 500;

  private final Map<String, Long> latest = new HashMap<>();
  private final AbortedBatches aborted = new AbortedBatches();
  private final Map<Long, ProducerHold> holds = new HashMap<>();
  private final BatchSieve sieve =
      new BatchSieve(
          new BatchSieve.Pass(50, 1_000, NOW_MS, RETENTION_MS),
          key -> latest.getOrDefault(StandardCharsets.UTF_8.decode(key).toString(), -1L),
          aborted,
          holds);

  private static RecordBatchBuilder at(long offset) {
    return new RecordBatchBuilder(new UnpooledByteBufAllocator(false)).baseOffset(offset);
  }

  private static RecordBatchBuilder with(RecordBatchBuilder builder, String... keys) {
    for (String key : keys) {
      builder.append(1_000, bytes(key), bytes("value"));
    }
    return builder;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ByteBuf tombstone(RecordBatchBuilder builder) {
    return builder.append(1_000, bytes("k"), null).build();
  }

  private static ByteBuf transactional(long offset, long producerId, String... keys) {
    return with(at(offset).producer(producerId, (short) 0, 0).transactional(), keys).build();
  }

  private static ByteBuf marker(long offset, boolean commit) {
    ByteBuf marker = new EndMarker(0, commit).batch(7, (short) 0, 1_000);
    marker.setLong(marker.readerIndex(), offset);
    return marker;
  }

  private BatchFate fateOf(ByteBuf batch) {
    try {
      return sieve.next(batch, batch.readerIndex());
    } finally {
      batch.release();
    }
  }

  private static BatchFate.Rewrite rewrite(long horizonMs, int... places) {
    BitSet records = new BitSet();
    for (int place : places) {
      records.set(place);
    }
    return new BatchFate.Rewrite(records, horizonMs);
  }

  @Test
  void aBatchWithoutOlderValuesStaysByteForByte() {
    latest.put("a", CLEAN);
    assertThat(fateOf(with(at(CLEAN), "a", "b").build())).isEqualTo(BatchFate.KEEP);
  }

  @Test
  void onlyTheLastValueOfAKeyStays() {
    latest.put("a", DIRTY + 2);
    latest.put("b", DIRTY + 5);
    assertThat(fateOf(with(at(DIRTY), "a", "b", "a").build())).isEqualTo(rewrite(-1, 2));
    assertThat(fateOf(with(at(CLEAN), "a", "b").build())).isEqualTo(BatchFate.DROP);
  }

  @Test
  void whatLiesPastTheMapIsNotJudged() {
    latest.put("a", 2_000L);
    assertThat(fateOf(with(at(1_000), "a").build())).isEqualTo(BatchFate.KEEP);
  }

  @Test
  void aRecordWithoutAKeyGoes() {
    ByteBuf keyless = at(DIRTY).append(1_000, null, bytes("value")).build();
    assertThat(fateOf(keyless)).isEqualTo(BatchFate.DROP);
  }

  @Test
  void aTombstoneIsToldWhenItMayGoAndGoesThen() {
    assertThat(fateOf(tombstone(at(DIRTY)))).isEqualTo(rewrite(NOW_MS + RETENTION_MS, 0));
    assertThat(fateOf(tombstone(at(CLEAN).deleteHorizon(NOW_MS + 1)))).isEqualTo(BatchFate.KEEP);
    assertThat(fateOf(tombstone(at(CLEAN).deleteHorizon(NOW_MS)))).isEqualTo(BatchFate.DROP);
  }

  @Test
  void theTimeThatAnotherNodeHasSetDoesNotCount() {
    ByteBuf fromTheLeader = tombstone(at(DIRTY).deleteHorizon(NOW_MS - 1));
    assertThat(fateOf(fromTheLeader)).isEqualTo(rewrite(NOW_MS + RETENTION_MS, 0));
  }

  @Test
  void anAbortedTransactionsRecordsGoAndNobodyElses() {
    aborted.add(7, DIRTY, DIRTY + 9);
    assertThat(fateOf(transactional(DIRTY, 7, "a"))).isEqualTo(BatchFate.DROP);
    assertThat(fateOf(transactional(DIRTY + 1, 8, "a"))).isEqualTo(BatchFate.KEEP);
    assertThat(fateOf(transactional(DIRTY + 10, 7, "a"))).isEqualTo(BatchFate.KEEP);
  }

  @Test
  void aMarkerStaysAsLongAsAnyBatchOfItsTransaction() {
    latest.put("old", 900L);
    assertThat(fateOf(transactional(DIRTY, 7, "new"))).isEqualTo(BatchFate.KEEP);
    assertThat(fateOf(transactional(DIRTY + 1, 7, "old"))).isEqualTo(BatchFate.DROP);
    assertThat(fateOf(marker(DIRTY + 2, true))).isEqualTo(BatchFate.KEEP);

    assertThat(fateOf(transactional(DIRTY + 3, 7, "old"))).isEqualTo(BatchFate.DROP);
    assertThat(fateOf(marker(DIRTY + 4, true))).isEqualTo(rewrite(NOW_MS + RETENTION_MS, 0));
  }

  @Test
  void whatDuplicatesAreRecognisedByStaysWithoutItsRecordsAndSoDoesItsMarker() {
    holds.put(7L, new ProducerHold((short) 0, Set.of(DIRTY)));
    latest.put("old", 900L);
    assertThat(fateOf(transactional(DIRTY, 7, "old"))).isEqualTo(rewrite(-1));
    assertThat(fateOf(marker(DIRTY + 1, true))).isEqualTo(BatchFate.KEEP);
  }

  @Test
  void aMarkerThatIsAllThatIsKnownOfAnEpochStays() {
    holds.put(7L, new ProducerHold((short) 0, Set.of()));
    assertThat(fateOf(marker(DIRTY, false))).isEqualTo(BatchFate.KEEP);
    holds.clear();
    assertThat(fateOf(marker(DIRTY, false))).isEqualTo(rewrite(NOW_MS + RETENTION_MS, 0));
  }
}
