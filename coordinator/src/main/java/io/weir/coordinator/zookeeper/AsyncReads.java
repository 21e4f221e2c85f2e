package io.weir.coordinator.zookeeper;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** Reads many znodes in one round trip's time or little more. Stateless. */
final class AsyncReads {
  /** A znode's content. Immutable; nobody changes the bytes. */
  static final class Znode {
    private final byte[] data;
    private final long czxid;

    private Znode(byte[] data, long czxid) {
      this.data = data;
      this.czxid = czxid;
    }

    byte[] data() {
      return data;
    }

    /** Number of the transaction that made it. */
    long czxid() {
      return czxid;
    }
  }

  private AsyncReads() {}

  /** Those of the paths that are there. */
  static Map<String, Znode> read(ZooKeeper zooKeeper, Collection<String> paths)
      throws KeeperException, InterruptedException {
    Map<String, CompletableFuture<@Nullable Znode>> pending = new LinkedHashMap<>();
    for (String path : paths) {
      CompletableFuture<@Nullable Znode> answer = new CompletableFuture<>();
      zooKeeper.getData(
          path,
          false,
          (rc, _, _, data, stat) -> {
            switch (Code.get(rc)) {
              case OK -> answer.complete(new Znode(data, stat.getCzxid()));
              case NONODE -> answer.complete(null);
              case Code code -> answer.completeExceptionally(KeeperException.create(code, path));
            }
          },
          null);
      pending.put(path, answer);
    }
    Map<String, Znode> found = new HashMap<>();
    for (Map.Entry<String, CompletableFuture<@Nullable Znode>> entry : pending.entrySet()) {
      Znode znode = await(entry.getValue());
      if (znode != null) {
        found.put(entry.getKey(), znode);
      }
    }
    return found;
  }

  private static @Nullable Znode await(CompletableFuture<@Nullable Znode> answer)
      throws KeeperException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KeeperException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
