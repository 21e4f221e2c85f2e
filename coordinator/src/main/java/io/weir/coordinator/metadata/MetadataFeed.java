package io.weir.coordinator.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's image up to date and tells its listeners. Thread-safe: changes and listeners are
 * confined to one thread of its own, the image is read from any.
 */
public final class MetadataFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetadataFeed.class);

  private final String clusterId;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("weir-metadata").daemon().factory());
  private final List<MetadataListener> listeners = new ArrayList<>();
  private volatile MetadataImage image = MetadataImage.EMPTY;

  public MetadataFeed(String clusterId) {
    this.clusterId = clusterId;
  }

  public MetadataImage image() {
    return image;
  }

  /** One that comes when there is metadata already hears of it at once. */
  public void listen(MetadataListener listener) {
    thread.execute(() -> {
      listeners.add(listener);
      MetadataImage now = image;
      if (now.version() > 0) {
        tell(
            listener, MetadataImage.EMPTY, now, MetadataDelta.ofSnapshot(MetadataImage.EMPTY, now));
      }
    });
  }

  /**
   * Metadata came whole.
   *
   * @return whether it was taken: it is not when it is older than what is known, for then it comes
   *     from a controller that was deposed
   */
  public CompletableFuture<Boolean> snapshot(long version, List<MetadataRecord> records) {
    return CompletableFuture.supplyAsync(
        () -> {
          if (version < image.version()) {
            return false;
          }
          MetadataImage old = image;
          MetadataImage now = MetadataImage.emptyOf(clusterId).with(version, records);
          advance(old, now, MetadataDelta.ofSnapshot(old, now));
          return true;
        },
        thread);
  }

  /**
   * Metadata changed.
   *
   * @return whether it was taken: it is not when it builds on another version than the latest
   */
  public CompletableFuture<Boolean> delta(
      long previousVersion, long version, List<MetadataRecord> records) {
    return CompletableFuture.supplyAsync(
        () -> {
          MetadataImage old = image;
          if (previousVersion != old.version()) {
            return false;
          }
          MetadataImage now = old.with(version, records);
          advance(old, now, MetadataDelta.of(old, now, records));
          return true;
        },
        thread);
  }

  private void advance(MetadataImage old, MetadataImage now, MetadataDelta changed) {
    image = now;
    listeners.forEach(listener -> tell(listener, old, now, changed));
  }

  private static void tell(
      MetadataListener listener, MetadataImage old, MetadataImage now, MetadataDelta changed) {
    try {
      listener.onMetadata(old, now, changed);
    } catch (RuntimeException e) {
      log.error("a listener failed on {}", now, e);
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
