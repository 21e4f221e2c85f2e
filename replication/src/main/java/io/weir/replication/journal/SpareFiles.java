package io.weir.replication.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a journal that are not written to. A thread of its own, the recycler, sees to it
 * that one is ready: it makes a new one as long as there are few, then has the logs in the oldest
 * put their own files on disk, one after the other, and takes that one.
 *
 * <p>Thread-safe by its lock, which is held for moments only.
 */
final class SpareFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpareFiles.class);

  private final Path folder;
  private final JournalSettings settings;
  private final Consumer<Throwable> onFailure;
  private final Thread recycler;

  /** The oldest first. */
  private final Deque<JournalFile> full = new ArrayDeque<>();

  private @Nullable JournalFile spare;
  private int made;
  private boolean closed;

  SpareFiles(Path folder, JournalSettings settings, Consumer<Throwable> onFailure) {
    this.folder = folder;
    this.settings = settings;
    this.onFailure = onFailure;
    this.recycler =
        Thread.ofPlatform().name("weir-journal-" + folder).daemon().unstarted(this::run);
  }

  void start() {
    recycler.start();
  }

  /**
   * Hands in a full file and takes the spare one; waits until there is one.
   *
   * @param filled null the first time
   * @throws InterruptedException when this is closed
   */
  synchronized JournalFile exchange(@Nullable JournalFile filled) throws InterruptedException {
    if (filled != null) {
      full.add(filled);
      notifyAll();
    }
    while (spare == null) {
      if (closed) {
        throw new InterruptedException("closed");
      }
      wait();
    }
    JournalFile taken = spare;
    spare = null;
    notifyAll();
    return taken;
  }

  private void run() {
    try {
      while (awaitDemand()) {
        JournalFile ready = made < settings.files() ? make() : recycle();
        if (ready != null) {
          offer(ready);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the recycler ends", e);
    } catch (Throwable t) {
      onFailure.accept(t);
    } finally {
      closeAll();
    }
  }

  /** False when closed. */
  private synchronized boolean awaitDemand() throws InterruptedException {
    while (!closed && (spare != null || (made >= settings.files() && full.isEmpty()))) {
      wait();
    }
    return !closed;
  }

  private synchronized void offer(JournalFile ready) {
    spare = ready;
    notifyAll();
  }

  private JournalFile make() throws IOException {
    Files.createDirectories(folder);
    Path path = JournalReader.file(folder, made);
    JournalFile file = JournalFile.prepare(path, settings.fileBytes());
    FolderNames.force(folder);
    Path parent = folder.getParent();
    if (made == 0 && parent != null) {
      FolderNames.force(parent);
    }
    made++;
    return file;
  }

  private JournalFile recycle() throws InterruptedException, ExecutionException {
    JournalFile oldest;
    synchronized (this) {
      oldest = full.element();
    }
    for (Map.Entry<JournaledLog, Long> entry : oldest.unsettled().entrySet()) {
      entry.getKey().settle(entry.getValue()).get();
    }
    synchronized (this) {
      full.remove();
    }
    return oldest;
  }

  private synchronized void closeAll() {
    if (spare != null) {
      full.add(spare);
      spare = null;
    }
    for (JournalFile file : full) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.warn("{}: could not be closed", file.path(), e);
      }
    }
    full.clear();
  }

  /** Ends the recycler; a file that is being made is made first. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    recycler.interrupt();
  }
}
