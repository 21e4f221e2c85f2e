package io.weir.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal and logs that only count. */
class JournalTest {
  private static final JournalSettings SMALL = new JournalSettings(32 * 4096, 3, 8 * 4096, 100_000);

  @TempDir private Path root;

  /** Settles at once, or when told. */
  private static final class CountingLog implements JournaledLog {
    private final String name;
    private boolean settles;
    private final List<CompletableFuture<Void>> asked = new ArrayList<>();
    private volatile long journaled;
    private volatile boolean failed;

    CountingLog(String name, boolean settles) {
      this.name = name;
      this.settles = settles;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void onJournaled(long ticket) {
      journaled = ticket;
    }

    @Override
    public void onJournalFailed() {
      failed = true;
    }

    @Override
    public synchronized CompletableFuture<Void> settle(long ticket) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      asked.add(done);
      if (settles) {
        done.complete(null);
      }
      return done;
    }

    synchronized int asked() {
      return asked.size();
    }

    synchronized void settleAll() {
      settles = true;
      asked.forEach(done -> done.complete(null));
    }

    void awaitJournaled(long ticket) {
      soon().until(() -> journaled >= ticket);
    }
  }

  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  private Journal open() {
    return new Journal(root, SMALL, new Random(), _ -> {});
  }

  private static long append(Journal journal, CountingLog log, long base, int bytes) {
    byte[] content = new byte[bytes];
    new Random(base).nextBytes(content);
    return journal.append(log, base, base + 1, Unpooled.wrappedBuffer(content));
  }

  /** Appends, and waits, so that each is a run of its own. */
  private static void appendEach(Journal journal, CountingLog log, int from, int to, int bytes) {
    for (int base = from; base < to; base++) {
      log.awaitJournaled(append(journal, log, base, bytes));
    }
  }

  private static List<Long> bases(List<JournalEntry> entries) {
    return entries.stream().map(entry -> ((JournalEntry.Append) entry).baseOffset()).toList();
  }

  private List<Long> basesOf(String name) throws IOException {
    return bases(JournalReader.read(root).getOrDefault(name, List.of()));
  }

  @Test
  void whatWasToldOnDiskIsRead() throws IOException {
    CountingLog orders = new CountingLog("orders", true);
    CountingLog bills = new CountingLog("bills", true);
    try (Journal journal = open()) {
      journal.join(orders);
      journal.join(bills);
      append(journal, orders, 0, 100);
      journal.truncated(orders, 0);
      orders.awaitJournaled(append(journal, orders, 0, 50));
      bills.awaitJournaled(journal.startedOver(bills, 7));
    }

    Map<String, List<JournalEntry>> read = JournalReader.read(root);

    assertThat(read.get("bills"))
        .singleElement()
        .isInstanceOfSatisfying(
            JournalEntry.StartOver.class, entry -> assertThat(entry.offset()).isEqualTo(7));
    assertThat(read.get("orders")).hasSize(3);
    JournalEntry.Append last =
        (JournalEntry.Append) Objects.requireNonNull(read.get("orders")).getLast();
    byte[] expected = new byte[50];
    new Random(0).nextBytes(expected);
    assertThat(JournalReader.bytes(last.bytes()).array()).isEqualTo(expected);
  }

  @Test
  void whatIsSettledOrDeletedDoesNotCount() throws IOException {
    CountingLog orders = new CountingLog("orders", true);
    CountingLog bills = new CountingLog("bills", true);
    try (Journal journal = open()) {
      journal.join(orders);
      journal.join(bills);
      long first = append(journal, orders, 0, 10);
      append(journal, orders, 1, 10);
      append(journal, bills, 0, 10);
      journal.deleted(bills);
      orders.awaitJournaled(journal.settled(orders, first));
    }

    assertThat(basesOf("orders")).containsExactly(1L);
    assertThat(JournalReader.read(root)).doesNotContainKey("bills");
  }

  @Test
  void aRunThatIsTornAtAnyByteIsTheEnd() throws IOException {
    CountingLog log = new CountingLog("orders", true);
    try (Journal journal = open()) {
      journal.join(log);
      appendEach(journal, log, 0, 3, 100);
    }
    Path file = JournalReader.file(root, 0);
    byte[] whole = Files.readAllBytes(file);
    int runBytes = RunFormat.RUN_BYTES + 1 + 8 + 2 + "orders".length() + 8 + 8 + 4 + 100;
    int start = 3 * RunFormat.PAGE;

    for (int kept = 0; kept < runBytes; kept++) {
      byte[] torn = whole.clone();
      for (int i = start + kept; i < start + runBytes; i++) {
        torn[i] = (byte) ~torn[i];
      }
      Files.write(file, torn);
      assertThat(basesOf("orders")).as("torn after %d bytes", kept).containsExactly(0L, 1L);
    }
    Files.write(file, whole);
    assertThat(basesOf("orders")).containsExactly(0L, 1L, 2L);
  }

  @Test
  void damageBeforeAGoodRunIsNeverPassedOver() throws IOException {
    CountingLog log = new CountingLog("orders", true);
    try (Journal journal = open()) {
      journal.join(log);
      appendEach(journal, log, 0, 3, 100);
    }
    Path file = JournalReader.file(root, 0);
    byte[] bytes = Files.readAllBytes(file);
    bytes[2 * RunFormat.PAGE + 60] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> JournalReader.read(root))
        .isInstanceOf(JournalDamagedException.class)
        .hasMessageContaining("0.journal")
        .hasMessageContaining("run 2 at byte 8192");
  }

  @Test
  void aDamagedFirstPageOrAMissingFileIsDamage() throws IOException {
    CountingLog log = new CountingLog("orders", true);
    try (Journal journal = open()) {
      journal.join(log);
      appendEach(journal, log, 0, 40, 100);
    }
    Path file = JournalReader.file(root, 1);
    byte[] bytes = Files.readAllBytes(file);
    bytes[20] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> JournalReader.read(root)).isInstanceOf(JournalDamagedException.class);

    bytes[20] ^= 1;
    Files.write(file, bytes);
    Path first = JournalReader.file(root, 0);
    byte[] cut = Files.readAllBytes(first);
    Arrays.fill(cut, 31 * RunFormat.PAGE, cut.length, (byte) 0);
    Files.write(first, cut);
    assertThatThrownBy(() -> JournalReader.read(root)).isInstanceOf(JournalDamagedException.class);
  }

  @Test
  void filesAreUsedAgainAndWhatIsLeftIsASuffix() throws IOException {
    CountingLog log = new CountingLog("orders", true);
    try (Journal journal = open()) {
      journal.join(log);
      appendEach(journal, log, 0, 200, 100);
    }

    List<Long> left = basesOf("orders");

    assertThat(JournalReader.files(root)).hasSize(3);
    assertThat(left.getLast()).isEqualTo(199);
    assertThat(left).hasSize((int) (200 - left.getFirst())).isSorted();
    assertThat(log.asked()).isPositive();
  }

  @Test
  void whatAnEarlierLifeLeftInTheFilesIsNotTakenForNew() throws IOException {
    CountingLog log = new CountingLog("orders", true);
    try (Journal journal = open()) {
      journal.join(log);
      appendEach(journal, log, 0, 20, 100);
    }
    JournalReader.clear(root);
    assertThat(JournalReader.read(root)).isEmpty();

    CountingLog again = new CountingLog("orders", true);
    try (Journal journal = open()) {
      journal.join(again);
      appendEach(journal, again, 50, 52, 100);
    }

    assertThat(basesOf("orders")).containsExactly(50L, 51L);
  }

  @Test
  void aFullJournalWaitsForLogsToSettleAndTakesNothingMeanwhile() throws IOException {
    CountingLog log = new CountingLog("orders", false);
    try (Journal journal = open()) {
      journal.join(log);
      long[] before = {-1};
      await()
          .until(() -> {
            while (journal.takes(4_000, 4_000)) {
              append(journal, log, 0, 4_000);
            }
            boolean standsStill = log.asked() > 0 && log.journaled == before[0];
            before[0] = log.journaled;
            return standsStill;
          });
      assertThat(journal.takes(4_000, 4_000)).isFalse();

      log.settleAll();

      await().until(() -> journal.takes(4_000, 4_000));
      log.awaitJournaled(append(journal, log, 1, 4_000));
    }
    assertThat(basesOf("orders")).endsWith(1L);
  }

  @Test
  void aJournalThatFailsTellsEveryLogAndNothingIsOnDisk() throws IOException {
    Path notAFolder = Files.createFile(root.resolve("journal"));
    AtomicReference<Throwable> cause = new AtomicReference<>();
    CountingLog log = new CountingLog("orders", true);
    try (Journal journal = new Journal(notAFolder, SMALL, new Random(), cause::set)) {
      journal.join(log);
      append(journal, log, 0, 100);

      await().until(() -> log.failed && cause.get() != null);

      append(journal, log, 1, 100);
      assertThat(journal.failure()).isSameAs(cause.get());
      assertThat(log.journaled).isZero();
      CountingLog late = new CountingLog("late", true);
      journal.join(late);
      assertThat(late.failed).isTrue();
    }
  }
}
