package io.weir.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.replication.compaction.CleanerSettings;
import io.weir.replication.log.LogConfig;
import io.weir.replication.log.LogDirectories;
import io.weir.replication.log.LogDirectory;
import io.weir.replication.log.PartitionFolder;
import io.weir.replication.loop.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes' replicas in this process, over real gRPC on loopback and real files, and a
 * controller that keeps one partition's state as the real one would: fenced by epochs. Thread-safe
 * by its lock.
 */
final class InProcessCluster implements AutoCloseable {
  static final TopicPartition PARTITION = new TopicPartition("orders", 0);
  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<Integer> ALL = List.of(1, 2, 3);

  private final Path root;
  private final ExecutorService background = Executors.newSingleThreadExecutor();
  private final Map<Integer, Node> nodes = new TreeMap<>();
  private final LogConfig config;
  private final ReplicaSettings settings;

  /** Node and what of it failed. */
  final Set<String> failed = ConcurrentHashMap.newKeySet();

  private UUID topicId = new UUID(17, 4);
  private int leader = 1;
  private int leaderEpoch = 1;
  private int partitionEpoch = 1;
  private List<Integer> inSync = ALL;

  InProcessCluster(Path root, LogConfig config) {
    this(root, config, ReplicaSettings.defaults());
  }

  InProcessCluster(Path root, LogConfig config, ReplicaSettings settings) {
    this.root = root;
    this.config = config;
    this.settings = settings.withLoops(2).withReplicaLagTimeMaxMs(2_000);
    ALL.forEach(this::start);
  }

  /** One node: its replicas and its server. */
  private final class Node {
    private final Replicas replicas;
    private final Server server;

    Node(int id) throws IOException {
      LogDirectories directories =
          LogDirectories.of(
              LogDirectory.open(root.resolve("node-" + id), id, new Random(id), background));
      replicas =
          new Replicas(
              id,
              directories,
              settings.withCleaner(CleanerSettings.defaults().withBackoffMs(20)),
              InProcessCluster.this::propose,
              new LeadershipListener() {
                @Override
                public void onLeading(TopicPartition partition, int epoch) {}

                @Override
                public void onResigned(TopicPartition partition) {}
              },
              new ReplicaHealth() {
                @Override
                public void onFailed(TopicIdPartition replica) {
                  failed.add(id + ": " + replica);
                }

                @Override
                public void onRecovered(TopicIdPartition replica) {
                  failed.remove(id + ": " + replica);
                }

                @Override
                public void onNoDirectoryLeft(String why) {
                  failed.add(id + ": " + why);
                }
              },
              TimeSource.system());
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .directExecutor()
              .addService(replicas.followerStreams().service())
              .build()
              .start();
    }

    void stop() {
      server.shutdownNow();
      replicas.close();
    }
  }

  synchronized void start(int id) {
    try {
      nodes.put(id, new Node(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tellPeers();
    tell(id);
  }

  void stop(int id) {
    Node node;
    synchronized (this) {
      node = node(id);
      nodes.remove(id);
      tellPeers();
    }
    node.stop();
  }

  /** A stopped node's disk is replaced by an empty one. */
  void wipe(int id) {
    try (var files = Files.walk(root.resolve("node-" + id))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tellPeers() {
    Map<Integer, HostAndPort> addresses = new HashMap<>();
    nodes.forEach(
        (id, node) -> addresses.put(id, new HostAndPort("127.0.0.1", node.server.getPort())));
    nodes.values().forEach(node -> node.replicas.peers(addresses));
  }

  private void tell(int id) {
    Node node = nodes.get(id);
    if (node != null) {
      node.replicas.assign(
          List.of(
              new PartitionAssignment(
                  topicId,
                  PARTITION.topic(),
                  PARTITION.partition(),
                  leader,
                  leaderEpoch,
                  partitionEpoch,
                  ALL,
                  inSync,
                  config)));
    }
  }

  /** As the controller elects: the new leader is in sync, and so stay those given. */
  synchronized void elect(int newLeader, List<Integer> newInSync) {
    leader = newLeader;
    leaderEpoch++;
    partitionEpoch++;
    inSync = newInSync;
    ALL.forEach(this::tell);
  }

  /** The topic is deleted and created again by the same name. */
  synchronized void recreate() {
    topicId = new UUID(17, topicId.getLeastSignificantBits() + 1);
    leaderEpoch = 1;
    partitionEpoch = 1;
    inSync = ALL;
    ALL.forEach(this::tell);
  }

  private void propose(InSyncProposal proposal, Consumer<InSyncAnswer> onAnswer) {
    onAnswer.accept(answer(proposal));
  }

  private synchronized InSyncAnswer answer(InSyncProposal proposal) {
    boolean current =
        proposal.leaderEpoch() == leaderEpoch && proposal.partitionEpoch() == partitionEpoch;
    if (!current || !nodes.keySet().containsAll(proposal.inSyncReplicas())) {
      return new InSyncAnswer.Refused();
    }
    partitionEpoch++;
    inSync = proposal.inSyncReplicas();
    return new InSyncAnswer.Written(partitionEpoch, inSync);
  }

  synchronized int leaderEpoch() {
    return leaderEpoch;
  }

  synchronized List<Integer> inSync() {
    return inSync;
  }

  synchronized Replicas replicas(int id) {
    return node(id).replicas;
  }

  private synchronized Node node(int id) {
    return Objects.requireNonNull(nodes.get(id), () -> "node " + id + " is stopped");
  }

  CompletableFuture<AppendResult> append(int node, int acks, ByteBuf batch) {
    return append(node, acks, batch, 30_000);
  }

  CompletableFuture<AppendResult> append(int node, int acks, ByteBuf batch, long timeoutMs) {
    CompletableFuture<AppendResult> result = new CompletableFuture<>();
    replicas(node)
        .append(
            new AppendRequest(
                PARTITION,
                batch,
                acks,
                timeoutMs,
                AppendRequest.Origin.CLIENT,
                -1,
                AppendRequest.NO_GUARD,
                result::complete));
    return result;
  }

  /** Appends at the leader until it takes the batch; for times at which leaders change. */
  long produce(int node, String... values) {
    AppendResult.Appended[] done = new AppendResult.Appended[1];
    await()
        .atMost(PATIENCE)
        .until(() -> {
          AppendResult result = get(append(node, -1, batch(values)));
          if (result instanceof AppendResult.Appended appended) {
            done[0] = appended;
            return true;
          }
          assertThat(((AppendResult.Refused) result).error().retriable()).isTrue();
          return false;
        });
    return done[0].baseOffset();
  }

  ReadResult read(int node, long offset, @Nullable Runnable onData) {
    CompletableFuture<ReadResult> result = new CompletableFuture<>();
    replicas(node)
        .read(
            new ReadRequest(
                PARTITION,
                -1,
                -1,
                offset,
                1 << 20,
                ReadUpTo.HIGH_WATERMARK,
                onData,
                result::complete));
    return get(result);
  }

  ReplicaState state(int node) {
    CompletableFuture<ReplicaState> result = new CompletableFuture<>();
    replicas(node)
        .describe(
            PARTITION,
            state -> {
              if (state == null) {
                result.completeExceptionally(new IllegalStateException("not open yet"));
              } else {
                result.complete(state);
              }
            });
    return get(result);
  }

  void awaitHighWatermark(int node, long offset) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(state(node).highWatermark()).isEqualTo(offset));
  }

  void awaitInSync(List<Integer> expected) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(inSync()).isEqualTo(expected));
  }

  /** Names of the partition folders that a node has. */
  List<String> folders(int node) {
    try (var found = Files.list(root.resolve("node-" + node))) {
      return found
          .filter(Files::isDirectory)
          .map(folder -> String.valueOf(folder.getFileName()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized String folderName() {
    return new PartitionFolder(PARTITION.topic(), 0, topicId).name();
  }

  /**
   * All bytes of a node's log, segment after segment. Where compaction or retention takes a file
   * away after it was listed, the list is not that of the log any more, and a new one is made.
   */
  byte[] logBytes(int node) {
    Path folder = root.resolve("node-" + node).resolve(folderName());
    while (true) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try (var files = Files.list(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
          all.writeBytes(Files.readAllBytes(file));
        }
        return all.toByteArray();
      } catch (NoSuchFileException e) {
        if (!Files.isDirectory(folder)) {
          throw new UncheckedIOException(e);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static ByteBuf batch(String... values) {
    RecordBatchBuilder builder = new RecordBatchBuilder(PooledByteBufAllocator.DEFAULT);
    for (String value : values) {
      builder.append(1_000, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }
    return builder.build();
  }

  static ByteBuf keyed(String key, String value) {
    return new RecordBatchBuilder(PooledByteBufAllocator.DEFAULT)
        .append(
            1_000,
            ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)),
            ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  static ByteBuf producerBatch(long producerId, int sequence, String value) {
    return new RecordBatchBuilder(PooledByteBufAllocator.DEFAULT)
        .producer(producerId, (short) 0, sequence)
        .append(1_000, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  static ErrorCode errorOf(AppendResult result) {
    return switch (result) {
      case AppendResult.Appended _ -> ErrorCode.NONE;
      case AppendResult.Refused(ErrorCode error, String _) -> error;
    };
  }

  @Override
  public void close() {
    List<Integer> running;
    synchronized (this) {
      running = new ArrayList<>(nodes.keySet());
    }
    running.forEach(this::stop);
    background.shutdown();
  }
}
