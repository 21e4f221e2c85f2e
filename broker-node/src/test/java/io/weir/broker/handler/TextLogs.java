package io.weir.broker.handler;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.ReadRequest;
import io.weir.replication.ReadResult;
import io.weir.replication.Registration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Partitions whose records are texts, one offset for each character, to read as one reads replicas:
 * on a thread of their own, from a real file, with callbacks when there is more. Thread-safe: a
 * lock around all of it.
 */
final class TextLogs implements ReadSource, AutoCloseable {
  private final FileChannel file;
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final Map<Integer, StringBuilder> texts = new HashMap<>();
  private final Map<Integer, ErrorCode> errors = new HashMap<>();
  private final Set<Waiter> waiters = new HashSet<>();
  private final AtomicInteger unreleased = new AtomicInteger();
  private long fileBytes;

  private record Waiter(int partition, Runnable onData) {}

  TextLogs(Path path) throws IOException {
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  synchronized void append(int partition, String text) {
    texts.computeIfAbsent(partition, p -> new StringBuilder()).append(text);
    wake(partition);
  }

  synchronized void fail(int partition, ErrorCode error) {
    errors.put(partition, error);
    wake(partition);
  }

  /** How many readers wait. */
  synchronized int waiting() {
    return waiters.size();
  }

  int unreleased() {
    return unreleased.get();
  }

  @Override
  public Registration read(ReadRequest request) {
    List<Waiter> mine = new ArrayList<>();
    loop.execute(() -> answer(request, mine));
    return () -> {
      synchronized (this) {
        waiters.removeAll(mine);
        mine.clear();
      }
    };
  }

  private synchronized void answer(ReadRequest request, List<Waiter> mine) {
    int partition = request.partition().partition();
    ErrorCode error = errors.getOrDefault(partition, ErrorCode.NONE);
    String text = texts.getOrDefault(partition, new StringBuilder()).toString();
    String rest = text.substring((int) request.fetchOffset());
    boolean found = error == ErrorCode.NONE && !rest.isEmpty();
    Runnable onData = request.onData();
    if (!found && error == ErrorCode.NONE && onData != null) {
      Waiter waiter = new Waiter(partition, onData);
      waiters.add(waiter);
      mine.add(waiter);
    }
    request
        .onResult()
        .accept(
            new ReadResult(
                error,
                text.length(),
                text.length(),
                0,
                found ? records(rest) : null,
                List.of(),
                1,
                7,
                -1,
                -1));
  }

  private void wake(int partition) {
    for (Waiter waiter : List.copyOf(waiters)) {
      if (waiter.partition() == partition) {
        waiters.remove(waiter);
        loop.execute(waiter.onData());
      }
    }
  }

  private FileRecords records(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
      long position = fileBytes;
      fileBytes += file.write(bytes, position);
      unreleased.incrementAndGet();
      return new FileRecords(file, position, text.length(), unreleased::decrementAndGet);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    loop.close();
    file.close();
  }
}
