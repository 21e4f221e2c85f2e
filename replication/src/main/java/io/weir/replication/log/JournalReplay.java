package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.journal.JournalEntry;
import io.weir.replication.journal.JournalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a log to what its directory's journal says, after an unclean stop and before anyone else
 * opens it. Confined to its user; for one log.
 *
 * <p>What ends below the recovery point or before the log's start is left alone: it is on disk, or
 * gone for good, and may have been compacted.
 */
final class JournalReplay {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

  private final PartitionLog log;
  private final String name;

  /** Up to here the log is as it should be, whatever the journal says. */
  private long trustedBelow;

  private long appendedBatches;

  private JournalReplay(PartitionLog log, String name) {
    this.log = log;
    this.name = name;
    this.trustedBelow = log.recoveryPoint();
  }

  /**
   * Replays a journal; all of it is on disk, in the logs' own files, when this returns.
   *
   * @param entries by folder, as {@link JournalReader} gives them
   */
  static void replay(Path directory, Map<String, List<JournalEntry>> entries, Executor background)
      throws IOException {
    if (entries.isEmpty()) {
      return;
    }
    LOG.info("{}: unclean stop, {} logs have a journal to replay", directory, entries.size());
    long batches = 0;
    for (Map.Entry<String, List<JournalEntry>> entry : entries.entrySet()) {
      batches += replay(directory, entry.getKey(), entry.getValue(), background);
    }
    new LogFolder(directory).force();
    LOG.info("{}: journal replayed, {} batches were missing in the logs", directory, batches);
  }

  private static long replay(
      Path directory, String name, List<JournalEntry> entries, Executor background)
      throws IOException {
    if (PartitionFolder.parse(name) == null) {
      throw new IOException("the journal names a folder " + name + ", which is no partition's");
    }
    Path folder = directory.resolve(name);
    if (!Files.exists(folder)
        && entries.stream().noneMatch(entry -> entry instanceof JournalEntry.StartOver)) {
      LOG.info("{}: deleted, its journal is left out", name);
      return 0;
    }
    PartitionLog log = PartitionLog.open(folder, LogConfig.defaults(), false, background);
    try {
      JournalReplay replay = new JournalReplay(log, name);
      for (JournalEntry entry : entries) {
        replay.apply(entry);
      }
      log.settle();
      return replay.appendedBatches;
    } finally {
      log.close();
    }
  }

  private void apply(JournalEntry entry) throws IOException {
    switch (entry) {
      case JournalEntry.Append append -> apply(append);
      case JournalEntry.Truncate(_, long offset) -> {
        log.truncateTo(offset);
        trustedBelow = Math.min(trustedBelow, offset);
      }
      case JournalEntry.StartOver(_, long offset) -> {
        if (log.logStartOffset() != offset || log.logEndOffset() != offset) {
          log.truncateFullyAndStartAt(offset);
        }
        trustedBelow = offset;
      }
      case JournalEntry.Settled _, JournalEntry.Deleted _ ->
          throw new IllegalStateException("the reader leaves these out");
    }
  }

  private void apply(JournalEntry.Append append) throws IOException {
    ByteBuf batches = Unpooled.wrappedBuffer(JournalReader.bytes(append.bytes()));
    int end = batches.writerIndex();
    for (int index = 0; index < end; index += BatchHeader.sizeInBytes(batches, index)) {
      long base = BatchHeader.baseOffset(batches, index);
      if (isThere(batches, index)) {
        continue;
      }
      if (base <= log.logEndOffset()) {
        log.truncateTo(base);
      }
      if (base > log.logEndOffset()
          || BatchHeader.partitionLeaderEpoch(batches, index) < log.latestEpoch()) {
        LOG.error(
            "{}: the journal has offsets {} to {}, but the log ends at {} in leader epoch {}: they"
                + " were never acknowledged, or files of the log were damaged; left out",
            name,
            base,
            append.endOffset(),
            log.logEndOffset(),
            log.latestEpoch());
        return;
      }
      appendedBatches++;
      log.stage(batches.retainedSlice(index, BatchHeader.sizeInBytes(batches, index)));
      log.write();
    }
  }

  /** Whether the log has this batch, or need not have it. */
  private boolean isThere(ByteBuf batches, int index) {
    long base = BatchHeader.baseOffset(batches, index);
    long next = BatchHeader.nextOffset(batches, index);
    boolean isEmpty = log.logStartOffset() == log.logEndOffset();
    if (next <= Math.max(trustedBelow, log.logStartOffset())) {
      return true;
    }
    if (base < log.logStartOffset()) {
      if (isEmpty) {
        // The log starts inside this batch, and lost it.
        log.truncateFullyAndStartAt(base);
        return false;
      }
      return true;
    }
    if (base >= log.logEndOffset()) {
      return false;
    }
    return switch (log.read(base, 1, log.logEndOffset(), true)) {
      case LogRead.Slice slice -> isSame(slice, batches, index);
      case LogRead.Empty _, LogRead.OutOfRange _ -> false;
    };
  }

  private static boolean isSame(LogRead.Slice slice, ByteBuf batches, int index) {
    FileRecords records = slice.records();
    try {
      int size = BatchHeader.sizeInBytes(batches, index);
      if (records.sizeInBytes() != size) {
        return false;
      }
      ByteBuf own = Unpooled.buffer(size, size);
      records.readInto(own);
      return own.nioBuffer().equals(batches.nioBuffer(index, size));
    } finally {
      records.release();
    }
  }
}
