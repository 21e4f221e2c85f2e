package io.weir.replication.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.replication.journal.RunFormat.FileHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of a log directory. Logs submit what they did; one thread, the flusher, takes all
 * that has queued up, writes it as one run and flushes once, then tells each log.
 *
 * <pre>
 *   idle ── first log begins ──► running ── close ──► closed
 *                                   └── write, flush or settling failed ──► failed
 * </pre>
 *
 * <p>Thread-safe. Submitting never blocks. What is queued is bounded by those who ask {@link
 * #takes} before they append. Entries of one log must be submitted by one thread at a time; they
 * reach the disk in that order. Once failed it takes entries and drops them.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int QUEUE_CHUNK = 1_024;
  private static final int FIRST_RUN_BUFFER = 64 * 1024;

  private final JournalSettings settings;
  private final RandomGenerator random;
  private final Consumer<Throwable> onFailure;
  private final SpareFiles files;
  private final long life;
  private final MpscUnboundedArrayQueue<QueuedEntry> queue =
      new MpscUnboundedArrayQueue<>(QUEUE_CHUNK);
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong tickets = new AtomicLong();
  private final Set<JournaledLog> logs = ConcurrentHashMap.newKeySet();
  private final Thread flusher;
  private boolean started;

  /** Set by the flusher before it parks, cleared by whoever wakes it. */
  private volatile boolean parked;

  private volatile boolean closing;
  private volatile @Nullable Throwable failure;

  // Of the flusher.
  private final ByteBuf run =
      new UnpooledByteBufAllocator(true, true).directBuffer(FIRST_RUN_BUFFER);
  private final Map<JournaledLog, Long> covered = new LinkedHashMap<>();
  private @Nullable JournalFile active;
  private long nextRun = 1;
  private long generation;

  /**
   * Takes no file into use before the first log begins.
   *
   * @param folder made where it is not there yet; what files in it held must have been {@linkplain
   *     JournalReader#clear cleared}
   * @param onFailure runs once, on one of the journal's threads, when the journal fails
   */
  public Journal(
      Path folder,
      JournalSettings settings,
      RandomGenerator random,
      Consumer<Throwable> onFailure) {
    this.settings = settings;
    this.random = random;
    this.onFailure = onFailure;
    this.life = random.nextLong();
    this.files = new SpareFiles(folder, settings, this::fail);
    this.flusher =
        Thread.ofPlatform().name("weir-flusher-" + folder).daemon().unstarted(this::runFlusher);
  }

  /** The log will submit entries, and hears what becomes of them until {@link #leave}. */
  public synchronized void join(JournaledLog log) {
    logs.add(log);
    if (!started && !closing) {
      started = true;
      files.start();
      flusher.start();
    }
    if (failure != null) {
      log.onJournalFailed();
    }
  }

  /** The log submits nothing more, and wants to hear nothing. */
  public void leave(JournaledLog log) {
    logs.remove(log);
  }

  /** Why the journal is of no more use; null while it is. */
  public @Nullable Throwable failure() {
    return failure;
  }

  /**
   * Whether there is room for appends now.
   *
   * @param largest bytes of the largest of them
   * @param all bytes of all
   */
  public boolean takes(int largest, long all) {
    return largest <= settings.runBytes() && queuedBytes.get() + all <= settings.queuedBytes();
  }

  /**
   * Batches were appended.
   *
   * @param endOffset exclusive
   * @param batches all readable bytes; the journal releases them
   * @return the entry's ticket
   */
  public long append(JournaledLog log, long baseOffset, long endOffset, ByteBuf batches) {
    return submit(log, RunFormat.APPEND, baseOffset, endOffset, batches);
  }

  /** The log was cut and ends at the offset. */
  public long truncated(JournaledLog log, long offset) {
    return submit(log, RunFormat.TRUNCATE, offset, -1, null);
  }

  /** The log is empty and begins at the offset. */
  public long startedOver(JournaledLog log, long offset) {
    return submit(log, RunFormat.START_OVER, offset, -1, null);
  }

  /** The log's own files hold, on disk, what its entries up to a ticket say. */
  public long settled(JournaledLog log, long ticket) {
    return submit(log, RunFormat.SETTLED, ticket, -1, null);
  }

  /** The log was deleted: what was said of it before is void. */
  public void deleted(JournaledLog log) {
    submit(log, RunFormat.DELETED, -1, -1, null);
  }

  private long submit(JournaledLog log, byte type, long first, long end, @Nullable ByteBuf bytes) {
    long ticket = tickets.incrementAndGet();
    QueuedEntry entry = new QueuedEntry(log, type, ticket, first, end, bytes);
    queuedBytes.addAndGet(entry.payloadBytes());
    queue.offer(entry);
    if (parked) {
      parked = false;
      LockSupport.unpark(flusher);
    }
    if (failure != null) {
      dropQueued();
    }
    return ticket;
  }

  // The flusher

  private void runFlusher() {
    try {
      while (failure == null && (fillRun() || !closing)) {
        if (run.isReadable()) {
          writeRun();
        } else {
          parkUntilQueued();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the flusher ends", e);
    } catch (Throwable t) {
      fail(t);
    } finally {
      files.close();
      closeActive();
      dropQueued();
      run.release();
    }
  }

  private void parkUntilQueued() {
    parked = true;
    if (queue.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    parked = false;
  }

  /** Takes what is queued into the run, as far as it fits. */
  private boolean fillRun() throws IOException, InterruptedException {
    run.clear().writeZero(RunFormat.RUN_BYTES);
    covered.clear();
    JournalFile file = null;
    for (QueuedEntry next = queue.peek(); next != null; next = queue.peek()) {
      int bytes = run.readableBytes() + next.maxBytes();
      if (file != null && (bytes > settings.runBytes() || !file.hasRoomFor(bytes))) {
        break;
      }
      if (file == null) {
        file = fileFor(bytes);
      }
      take(queue.remove(), file);
    }
    if (covered.isEmpty()) {
      run.clear();
    }
    return run.isReadable();
  }

  private void take(QueuedEntry entry, JournalFile file) {
    try {
      entry.writeTo(run);
    } finally {
      queuedBytes.addAndGet(-entry.payloadBytes());
      entry.release();
    }
    covered.put(entry.log(), entry.ticket());
    if (entry.hasToSettle()) {
      file.unsettled().put(entry.log(), entry.ticket());
    }
  }

  private JournalFile fileFor(int runBytes) throws IOException, InterruptedException {
    JournalFile file = active;
    if (file == null || !file.hasRoomFor(runBytes)) {
      JournalFile next = files.exchange(file);
      active = next;
      next.begin(new FileHeader(life, random.nextLong(), ++generation, nextRun));
      return next;
    }
    return file;
  }

  private void writeRun() throws IOException {
    JournalFile file = active;
    if (file == null) {
      throw new IllegalStateException("a run without a file");
    }
    run.setInt(0, RunFormat.RUN_MAGIC);
    run.setLong(8, file.salt()).setLong(16, nextRun);
    run.setInt(24, run.readableBytes() - RunFormat.RUN_BYTES);
    ByteBuffer bytes = run.nioBuffer();
    run.setInt(RunFormat.CRC_INDEX, RunFormat.crc(bytes, bytes.limit()));
    file.append(bytes);
    nextRun++;
    covered.forEach(JournaledLog::onJournaled);
  }

  private void closeActive() {
    try {
      if (active != null) {
        active.close();
      }
    } catch (IOException e) {
      LOG.warn("{}: could not be closed", active.path(), e);
    }
  }

  /** What had been on its way may be on disk or not, and nobody will know: it is not told. */
  private void fail(Throwable cause) {
    synchronized (this) {
      if (failure != null || closing) {
        return;
      }
      failure = cause;
    }
    LOG.error("The journal failed; nothing that waits for the disk will be acknowledged", cause);
    closing = true;
    files.close();
    LockSupport.unpark(flusher);
    logs.forEach(JournaledLog::onJournalFailed);
    onFailure.accept(cause);
  }

  /** A log could not be put on disk, so its journal's files cannot be used again. */
  public void failSettling(Throwable cause) {
    fail(cause);
  }

  /** The flusher takes nothing any more once there is a failure. */
  private synchronized void dropQueued() {
    if (Thread.currentThread() != flusher && flusher.isAlive()) {
      return;
    }
    for (QueuedEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
      queuedBytes.addAndGet(-entry.payloadBytes());
      entry.release();
    }
  }

  /**
   * Ends, and waits for that. Logs must have left, their own files on disk: what is still queued is
   * dropped.
   */
  @Override
  public void close() {
    synchronized (this) {
      boolean again = closing && failure == null;
      closing = true;
      if (again || !started) {
        return;
      }
    }
    LockSupport.unpark(flusher);
    files.close();
    boolean interrupted = false;
    while (flusher.isAlive()) {
      try {
        flusher.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    dropQueued();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
