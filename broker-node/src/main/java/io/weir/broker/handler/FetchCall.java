package io.weir.broker.handler;

import io.netty.util.concurrent.Future;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.FetchRequest;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.ReadRequest;
import io.weir.replication.ReadResult;
import io.weir.replication.ReadUpTo;
import io.weir.replication.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One Fetch on its way to its answer. Confined to the event loop of its connection; only {@link
 * #wake} is called elsewhere.
 *
 * <pre>
 *   READING --enough, an error, or no time left--> DONE
 *      |  ^
 *      |  | data, or the time is up
 *      v  |
 *   WAITING --the client went away--> DONE
 * </pre>
 *
 * <p>READING is a pass over all partitions at once. The first pass only looks; when it gives too
 * little, the next ones leave word with each partition, so that none of what arrives between two
 * looks is missed. A partition that gave something, but too little, is asked to report what comes
 * after its high watermark.
 */
final class FetchCall {
  private static final int BY_ID_FROM = 13;

  private enum State {
    READING,
    WAITING,
    DONE
  }

  private final FetchRequest request;
  private final RequestContext context;
  private final Supplier<MetadataImage> metadata;
  private final ReadSource reads;
  private final int maxBytes;
  private final ReadUpTo upTo;
  private final List<FetchSlot> slots = new ArrayList<>();
  private final List<Registration> registrations = new ArrayList<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private State state = State.READING;
  private boolean leavesWord;
  private boolean timeIsUp;
  private @Nullable Future<?> timer;

  /**
   * @param maxBytes the node's limit of records in one answer
   */
  FetchCall(
      FetchRequest request,
      RequestContext context,
      Supplier<MetadataImage> metadata,
      ReadSource reads,
      int maxBytes) {
    this.request = request;
    this.context = context;
    this.metadata = metadata;
    this.reads = reads;
    this.maxBytes = Math.max(0, Math.min(maxBytes, request.maxBytes()));
    this.upTo = ReadIsolation.upTo(request.isolationLevel());
  }

  void start() {
    MetadataImage image = metadata.get();
    TopicNaming naming = TopicNaming.inVersion(context.version(), BY_ID_FROM);
    for (FetchRequest.Topic topic : request.topics()) {
      TopicImage topicImage = naming.find(image, topic.topic(), topic.topicId());
      for (FetchRequest.Partition partition : topic.partitions()) {
        slots.add(FetchSlot.of(partition, topicImage, naming));
      }
    }
    timeIsUp = request.maxWaitMs() <= 0 || slots.isEmpty();
    context.whenAbandoned(this::abandon);
    readAll();
  }

  /** Something happened in a partition that was asked to report it. Any thread. */
  private void wake() {
    if (woken.compareAndSet(false, true)) {
      var _ = context.onEventLoop(this::onWoken);
    }
  }

  private void onWoken() {
    if (state == State.WAITING) {
      readAll();
    }
  }

  private void onTimeUp() {
    timeIsUp = true;
    if (state == State.WAITING) {
      readAll();
    }
  }

  private void abandon() {
    if (state == State.WAITING) {
      state = State.DONE;
      leave();
    }
  }

  private void readAll() {
    state = State.READING;
    cancelRegistrations();
    woken.set(false);
    Gathering<ReadResult> pass = new Gathering<>(slots.size(), this::onPassDone);
    for (int i = 0; i < slots.size(); i++) {
      FetchSlot slot = slots.get(i);
      if (slot.partition() == null) {
        pass.put(i, slot.absent());
      } else {
        int index = i;
        registrations.add(
            reads.read(read(slot, slot.asked().fetchOffset(), result -> pass.put(index, result))));
      }
    }
    pass.allAsked();
  }

  private ReadRequest read(FetchSlot slot, long offset, Consumer<ReadResult> onResult) {
    FetchRequest.Partition asked = slot.asked();
    boolean fromStart = offset == asked.fetchOffset();
    return new ReadRequest(
        Objects.requireNonNull(slot.partition()),
        asked.currentLeaderEpoch(),
        fromStart ? asked.lastFetchedEpoch() : -1,
        offset,
        Math.max(0, Math.min(asked.partitionMaxBytes(), maxBytes)),
        upTo,
        leavesWord && !timeIsUp ? this::wake : null,
        onResult);
  }

  private void onPassDone(List<ReadResult> results) {
    if (WithoutZstd.isNeeded(context.version(), results)) {
      Thread.startVirtualThread(() -> context.guarded(() -> handOver(WithoutZstd.of(results))));
    } else {
      handOver(results);
    }
  }

  private void handOver(List<ReadResult> results) {
    if (!context.onEventLoop(() -> onPass(results))) {
      release(results);
    }
  }

  private void onPass(List<ReadResult> results) {
    if (state != State.READING) {
      release(results);
      return;
    }
    long bytes = 0;
    boolean cannotWait = timeIsUp;
    for (ReadResult result : results) {
      FileRecords records = result.records();
      bytes += records == null ? 0 : records.sizeInBytes();
      cannotWait |= result.error() != ErrorCode.NONE || result.divergingEndOffset() >= 0;
    }
    if (cannotWait || bytes >= request.minBytes()) {
      state = State.DONE;
      leave();
      context.answer(
          new FetchAnswers(request, context, metadata.get(), maxBytes).of(slots, results));
    } else {
      awaitMore(results);
    }
  }

  private void awaitMore(List<ReadResult> results) {
    release(results);
    if (timer == null) {
      timer = context.onEventLoopAfter(request.maxWaitMs(), this::onTimeUp);
    }
    if (!leavesWord) {
      leavesWord = true;
      readAll();
      return;
    }
    for (int i = 0; i < slots.size(); i++) {
      if (results.get(i).records() != null) {
        reportBeyond(slots.get(i), results.get(i));
      }
    }
    state = State.WAITING;
    if (woken.get()) {
      readAll();
    }
  }

  private void reportBeyond(FetchSlot slot, ReadResult result) {
    long end = upTo == ReadUpTo.LAST_STABLE ? result.lastStableOffset() : result.highWatermark();
    registrations.add(
        reads.read(
            read(
                slot,
                end,
                more -> {
                  if (more.error() != ErrorCode.NONE || more.records() != null) {
                    release(List.of(more));
                    wake();
                  }
                })));
  }

  private void leave() {
    cancelRegistrations();
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void cancelRegistrations() {
    registrations.forEach(Registration::cancel);
    registrations.clear();
  }

  private static void release(List<ReadResult> results) {
    for (ReadResult result : results) {
      FileRecords records = result.records();
      if (records != null) {
        records.release();
      }
    }
  }
}
