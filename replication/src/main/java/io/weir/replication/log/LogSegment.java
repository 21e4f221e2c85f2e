package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.compaction.core.SegmentFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One segment of a log: a file of batches and its index. Confined to the partition's loop, but for
 * the references: readers hold one each and give it back on any thread; the last one closes the
 * file, so a deleted segment is readable until then.
 *
 * <p>The file of a sealed segment is opened when something is read from it for the first time, as a
 * node has many of them and reads few. This object's lock guards opening against closing.
 *
 * <p>The index is in memory while batches are added and until the index files are written, which
 * the sealer does in the background; {@link #indexWritten} is set by it, and the loop then lets go
 * of the memory.
 */
final class LogSegment {
  private static final Logger LOG = LoggerFactory.getLogger(LogSegment.class);

  private final SegmentFiles files;
  private final AtomicInteger references = new AtomicInteger(1);

  private volatile @Nullable FileChannel channel;
  private int sizeInBytes;
  private long nextOffset;
  private long firstTimestampMs = BatchHeader.NO_TIMESTAMP;
  private long maxTimestampMs = BatchHeader.NO_TIMESTAMP;
  private long maxTimestampOffset = -1;
  private int bytesSinceIndexEntry;
  private @Nullable SegmentIndex index;

  private SegmentAborted aborted;
  private volatile boolean indexWritten;
  private volatile boolean deleted;

  private LogSegment(SegmentFiles files, @Nullable FileChannel channel) {
    this.files = files;
    this.channel = channel;
    this.nextOffset = files.baseOffset();
    this.aborted = SegmentAborted.none(files.abortedIndex());
  }

  /** A new segment without batches; the file must not be there yet. */
  static LogSegment create(SegmentFiles files) throws IOException {
    files.removeIndexes();
    return empty(
        files,
        FileChannel.open(
            files.log(),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  /** A segment in the making, that is to take the place of others. */
  static LogSegment createCleaned(SegmentFiles files) throws IOException {
    return empty(
        files,
        FileChannel.open(
            files.cleaned(),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  /** Opens the file of a segment whose batches are then added one by one, as they are found. */
  static LogSegment openForScan(SegmentFiles files) throws IOException {
    return empty(files, openLog(files));
  }

  /** A segment that is known from its index files; its log is neither read nor opened. */
  static LogSegment openIndexed(SegmentFiles files, SegmentSummary summary) throws IOException {
    LogSegment segment = new LogSegment(files, null);
    segment.restore(summary);
    segment.indexWritten = true;
    segment.aborted = SegmentAborted.inFile(files.abortedIndex(), summary.sizeInBytes());
    return segment;
  }

  private static LogSegment empty(SegmentFiles files, FileChannel channel) {
    LogSegment segment = new LogSegment(files, channel);
    segment.index = new SegmentIndex();
    return segment;
  }

  private static FileChannel openLog(SegmentFiles files) throws IOException {
    return FileChannel.open(files.log(), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private void restore(SegmentSummary summary) {
    sizeInBytes = summary.sizeInBytes();
    nextOffset = summary.nextOffset();
    firstTimestampMs = summary.firstTimestampMs();
    maxTimestampMs = summary.maxTimestampMs();
    maxTimestampOffset = summary.maxTimestampOffset();
  }

  SegmentFiles files() {
    return files;
  }

  /** The open file. Any thread, as long as it holds a reference. */
  FileChannel channel() throws IOException {
    FileChannel open = channel;
    return open == null ? openFile() : open;
  }

  private synchronized FileChannel openFile() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      if (references.get() == 0) {
        throw new ClosedChannelException();
      }
      open = openLog(files);
      channel = open;
    }
    return open;
  }

  /**
   * Closes the file, which the next read opens again unless all references are gone. Only while
   * nobody else can use it.
   */
  synchronized void letGoOfFile() throws IOException {
    FileChannel open = channel;
    if (open != null) {
      channel = null;
      open.close();
    }
  }

  /** Whether the file is open at the moment. Any thread. */
  boolean isFileOpen() {
    return channel != null;
  }

  long baseOffset() {
    return files.baseOffset();
  }

  /** The offset after the last batch that was added. */
  long nextOffset() {
    return nextOffset;
  }

  int sizeInBytes() {
    return sizeInBytes;
  }

  long firstTimestampMs() {
    return firstTimestampMs;
  }

  long maxTimestampMs() {
    return maxTimestampMs;
  }

  /** Base offset of the first batch with the largest timestamp; -1 none. */
  long maxTimestampOffset() {
    return maxTimestampOffset;
  }

  SegmentSummary summary() {
    return new SegmentSummary(
        sizeInBytes, nextOffset, firstTimestampMs, maxTimestampMs, maxTimestampOffset);
  }

  SegmentFacts facts() {
    return new SegmentFacts(
        baseOffset(), nextOffset, sizeInBytes, firstTimestampMs, maxTimestampMs);
  }

  /**
   * Adds a batch to what is known of the segment; its bytes are in the file, or are about to be.
   */
  void add(ByteBuf buffer, int batchIndex, int indexIntervalBytes) {
    long baseOffset = BatchHeader.baseOffset(buffer, batchIndex);
    if (index != null && bytesSinceIndexEntry > indexIntervalBytes) {
      index.add((int) (baseOffset - files.baseOffset()), sizeInBytes, maxTimestampMs);
      bytesSinceIndexEntry = 0;
    }
    noteTimestamp(BatchHeader.maxTimestamp(buffer, batchIndex), baseOffset);
    int batchBytes = BatchHeader.sizeInBytes(buffer, batchIndex);
    bytesSinceIndexEntry += batchBytes;
    sizeInBytes += batchBytes;
    nextOffset = BatchHeader.nextOffset(buffer, batchIndex);
  }

  /** What the entries of one index file take once another batch is added. */
  long indexBytesWithNextBatch(int indexIntervalBytes) {
    if (index == null) {
      return 0;
    }
    int added = bytesSinceIndexEntry > indexIntervalBytes ? 1 : 0;
    return (index.size() + added) * (long) IndexFile.ENTRY_SIZE;
  }

  /** Batches from one position up to another, for any thread to read. */
  FileRecords slice(int position, int end) throws IOException {
    FileChannel open = channel();
    retain();
    return new FileRecords(open, position, end - position, this::release);
  }

  /**
   * The last indexed batch that begins neither after the offset nor after the position. Read from
   * the index files where those are all there is, and then believed only if that batch is where
   * they say.
   */
  BatchStart floor(long offset, int position, int indexIntervalBytes) throws IOException {
    long relative = offset - files.baseOffset();
    SegmentIndex memory = inMemory();
    if (memory == null) {
      IndexFile file = IndexFile.open(files.offsetIndex(), sizeInBytes);
      BatchStart found = file == null ? null : file.floor(relative, position).from(baseOffset());
      if (found != null && isAt(found)) {
        return found;
      }
      memory = rebuildIndex(indexIntervalBytes);
    }
    int entry = Math.min(memory.floorByOffset(relative), memory.floorByPosition(position));
    return entry < 0
        ? new BatchStart(baseOffset(), 0)
        : new BatchStart(baseOffset() + memory.relativeOffset(entry), memory.position(entry));
  }

  /** The last indexed batch before which the segment has no record of that time or a later one. */
  BatchStart floorByTimestamp(long timestampMs, int indexIntervalBytes) throws IOException {
    SegmentIndex memory = loadIndex(indexIntervalBytes);
    int entry = memory.lastAllBefore(timestampMs);
    return entry < 0
        ? new BatchStart(baseOffset(), 0)
        : new BatchStart(baseOffset() + memory.relativeOffset(entry), memory.position(entry));
  }

  /**
   * Largest timestamp of the batches that reach past the start and begin below the bound; -1 none.
   */
  long maxTimestampWithin(long startOffset, long bound, int indexIntervalBytes) throws IOException {
    long latestMs = BatchHeader.NO_TIMESTAMP;
    BatchStart from = new BatchStart(baseOffset(), 0);
    if (startOffset > baseOffset()) {
      from = floor(startOffset, Integer.MAX_VALUE, indexIntervalBytes);
    } else {
      SegmentIndex memory = loadIndex(indexIntervalBytes);
      int entry = memory.floorByOffset(bound - files.baseOffset());
      if (entry >= 0) {
        latestMs = memory.maxTimestampBefore(entry);
        from = new BatchStart(baseOffset() + memory.relativeOffset(entry), memory.position(entry));
      }
    }
    for (HeaderScanner scanner = scan(from.position()); scanner.next(); ) {
      if (scanner.baseOffset() >= bound) {
        break;
      }
      if (scanner.nextOffset() > startOffset) {
        latestMs = Math.max(latestMs, BatchHeader.maxTimestamp(scanner.buffer(), scanner.index()));
      }
    }
    return latestMs;
  }

  /** Notes a transaction that the batch added last has aborted. */
  void addAborted(AbortedRange range) {
    aborted.add(range);
  }

  /** If not, {@link ProducerReplay} finds out which transactions markers of this segment abort. */
  boolean knowsAborted() {
    return aborted.isKnown();
  }

  void forgetAborted() {
    aborted.forget();
  }

  /** They were found out from the log; makes the file anew where the segment is sealed. */
  void learnAborted(AbortedRanges ranges) throws IOException {
    aborted.learn(ranges);
    if (indexWritten) {
      aborted.write(sizeInBytes);
    }
  }

  /**
   * Adds the aborted transactions that cover offsets of the range and have their markers here.
   *
   * @return false, and nothing is known or added, when the file has been lost
   */
  boolean collectAborted(long fromOffset, long endOffset, List<AbortedRange> into)
      throws IOException {
    if (indexWritten) {
      aborted.letGoOfMemory();
    }
    if (aborted.collect(fromOffset, endOffset, sizeInBytes, into)) {
      return true;
    }
    LOG.warn("{}: missing or damaged, rebuilt from the log", files.abortedIndex());
    return false;
  }

  private boolean isAt(BatchStart start) throws IOException {
    if (start.position() < 0 || start.position() > sizeInBytes - BatchHeader.SIZE) {
      return false;
    }
    ByteBuffer baseOffset = ByteBuffer.allocate(Long.BYTES);
    return channel().read(baseOffset, start.position()) == Long.BYTES
        && baseOffset.getLong(0) == start.baseOffset();
  }

  /** Walks over the batches from the one at the position on. */
  HeaderScanner scan(int position) throws IOException {
    return new HeaderScanner(channel(), position, sizeInBytes);
  }

  private @Nullable SegmentIndex inMemory() {
    if (indexWritten) {
      index = null;
    }
    return index;
  }

  private SegmentIndex loadIndex(int indexIntervalBytes) throws IOException {
    SegmentIndex memory = inMemory();
    if (memory == null) {
      IndexFile offsets = IndexFile.open(files.offsetIndex(), sizeInBytes);
      IndexFile times = IndexFile.open(files.timeIndex(), sizeInBytes);
      memory = offsets == null || times == null ? null : IndexFile.load(offsets, times);
    }
    return memory == null ? rebuildIndex(indexIntervalBytes) : memory;
  }

  /** Reads the index from the log and writes its files anew. */
  private SegmentIndex rebuildIndex(int indexIntervalBytes) throws IOException {
    LOG.warn("{}: index files missing or damaged, rebuilt from the log", files.log());
    SegmentIndex rebuilt = new SegmentIndex();
    long maxBefore = BatchHeader.NO_TIMESTAMP;
    int bytesSinceEntry = 0;
    for (HeaderScanner scanner = scan(0); scanner.next(); ) {
      if (bytesSinceEntry > indexIntervalBytes) {
        rebuilt.add((int) (scanner.baseOffset() - baseOffset()), scanner.position(), maxBefore);
        bytesSinceEntry = 0;
      }
      maxBefore = Math.max(maxBefore, BatchHeader.maxTimestamp(scanner.buffer(), scanner.index()));
      bytesSinceEntry += scanner.sizeInBytes();
    }
    IndexFile.write(files, summary(), rebuilt);
    return rebuilt;
  }

  /**
   * Makes a segment that was sealed take batches again; its index files go, as they would soon be
   * wrong. Afterwards it may not {@linkplain #knowsAborted know} its aborted transactions.
   */
  void reopen(int indexIntervalBytes) throws IOException {
    SegmentIndex memory = loadIndex(indexIntervalBytes);
    aborted.reopen(sizeInBytes);
    indexWritten = false;
    index = memory;
    files.removeIndexes();
    channel().position(sizeInBytes);
    int entries = memory.size();
    bytesSinceIndexEntry = entries == 0 ? sizeInBytes : sizeInBytes - memory.position(entries - 1);
  }

  /**
   * Cuts off the batch at the position and all after it. The segment must have been {@link #reopen
   * reopened}.
   */
  void truncateTo(int position, long newNextOffset) throws IOException {
    SegmentIndex memory = index;
    if (memory == null) {
      throw new IllegalStateException("a sealed segment is reopened before it is cut");
    }
    memory.truncateTo(position);
    aborted.truncateTo(newNextOffset);
    channel().truncate(position);
    channel().position(position);
    firstTimestampMs = BatchHeader.NO_TIMESTAMP;
    maxTimestampMs = BatchHeader.NO_TIMESTAMP;
    maxTimestampOffset = -1;
    sizeInBytes = position;
    nextOffset = newNextOffset;
    recountTimestamps();
  }

  private void recountTimestamps() throws IOException {
    for (HeaderScanner scanner = scan(0); scanner.next(); ) {
      noteTimestamp(
          BatchHeader.maxTimestamp(scanner.buffer(), scanner.index()), scanner.baseOffset());
    }
  }

  private void noteTimestamp(long timestampMs, long baseOffset) {
    if (timestampMs > maxTimestampMs) {
      maxTimestampMs = timestampMs;
      maxTimestampOffset = baseOffset;
    }
    if (firstTimestampMs == BatchHeader.NO_TIMESTAMP) {
      firstTimestampMs = timestampMs;
    }
  }

  /** Puts the log file on disk. Any thread. */
  void force() throws UnflushedException {
    try {
      channel().force(false);
    } catch (IOException e) {
      throw new UnflushedException(e);
    }
  }

  /** Writes the index files of a sealed segment. Any thread, but not while batches are added. */
  void writeIndex() throws IOException {
    SegmentIndex memory = index;
    if (memory != null && !indexWritten) {
      IndexFile.write(files, summary(), memory);
      aborted.write(sizeInBytes);
      indexWritten = true;
    }
  }

  /** Whether the index is in its files, as it is of a sealed segment. Any thread. */
  boolean isIndexWritten() {
    return indexWritten;
  }

  /** Its files have no use any more, so nothing has to be put on disk for them. */
  void markDeleted() {
    deleted = true;
  }

  boolean isDeleted() {
    return deleted;
  }

  /** Keeps the file open until a {@link #release} more. */
  void retain() {
    references.incrementAndGet();
  }

  /** Gives up the log's own reference; the file stays open for those who read it. */
  void close() {
    release();
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      try {
        letGoOfFile();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
