package io.weir.coordinator.zookeeper.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.server.ContainerManager;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.util.ServiceUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A standalone ZooKeeper server in this process. It serves on loopback unless told otherwise, keeps
 * its transaction log and snapshots in one folder, removes those that are no longer needed once an
 * hour, and has neither an admin server nor JMX; of the four-letter words only {@code srvr} and
 * {@code ruok} are answered.
 *
 * <p>A folder belongs to one running server at a time. ZooKeeper does not guard that itself: the
 * caller must hold whatever lock keeps a second process away.
 *
 * <p>Thread-safe: the fields are set once by {@link #start}, and {@link #close} may be called from
 * any thread, any number of times.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedZooKeeper.class);

  /** ZooKeeper's unit of time: session time-outs are rounded up to whole ticks when they expire. */
  private static final int TICK_MS = 500;

  private static final int MIN_SESSION_TIMEOUT_MS = 2 * TICK_MS;
  private static final int MAX_SESSION_TIMEOUT_MS = 120 * TICK_MS;
  private static final int MAX_CLIENT_CONNECTIONS_PER_HOST = 1000;
  private static final int LISTEN_BACKLOG = 128;

  private static final int SNAPSHOTS_TO_KEEP = 3;
  private static final int PURGE_INTERVAL_HOURS = 1;

  private static final int CONTAINER_CHECK_INTERVAL_MS = 60_000;
  private static final int CONTAINERS_REMOVED_PER_MINUTE = 10_000;

  /**
   * ZooKeeper takes these from system properties only, most of them in static initialisers. One
   * that is set already, by an operator's {@code -D}, stays. Threads: a handful of clients need no
   * pool sized for hundreds. The log grows in steps of 4 MiB (KiB here) instead of 64, which keeps
   * small clusters small.
   */
  private static final Map<String, String> SYSTEM_PROPERTIES =
      Map.of(
          "zookeeper.4lw.commands.whitelist", "srvr,ruok",
          "zookeeper.admin.enableServer", "false",
          "zookeeper.maxCnxns", "10000",
          "zookeeper.nio.numSelectorThreads", "1",
          "zookeeper.nio.numWorkerThreads", "2",
          "zookeeper.nio.shutdownTimeout", "1000",
          "zookeeper.preAllocSize", "4096");

  static {
    SYSTEM_PROPERTIES.forEach((name, value) -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    });
    // The server asks to end the process on some failures. That is for the process to decide: see
    // failed().
    ServiceUtils.setSystemExitProcedure(
        code -> log.error("ZooKeeper asked to end the process with exit code {}", code));
  }

  private final Server server;
  private final Connections connections;
  private final FileTxnSnapLog files;
  private final ContainerManager containers;
  private final DatadirCleanupManager purge;
  private final InetSocketAddress address;
  private boolean closed;

  private EmbeddedZooKeeper(Server server, Connections connections, FileTxnSnapLog files) {
    this.server = server;
    this.connections = connections;
    this.files = files;
    this.address =
        new InetSocketAddress(
            connections.getLocalAddress().getAddress(), connections.getLocalPort());
    this.containers = server.newContainerManager();
    this.purge =
        new DatadirCleanupManager(
            files.getSnapDir(), files.getDataLogDir(), SNAPSHOTS_TO_KEEP, PURGE_INTERVAL_HOURS);
  }

  /**
   * Starts a server on 127.0.0.1.
   *
   * @param dataDir its folder, made when it is not there; what an earlier server left in it is
   *     taken up
   * @param port the client port; 0 takes any free one, see {@link #port()}
   * @throws EmbeddedZooKeeperException when the port is taken or the folder cannot be used
   */
  public static EmbeddedZooKeeper start(Path dataDir, int port) {
    return start(dataDir, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
  }

  /**
   * Starts a server on an address of this machine; returns when it answers clients.
   *
   * @throws EmbeddedZooKeeperException when the address is taken or the folder cannot be used
   */
  public static EmbeddedZooKeeper start(Path dataDir, InetSocketAddress listen) {
    Connections connections = bind(listen);
    FileTxnSnapLog files = null;
    try {
      Files.createDirectories(dataDir);
      files = new FileTxnSnapLog(dataDir.toFile(), dataDir.toFile());
      Server server = new Server(files);
      connections.startup(server);
      EmbeddedZooKeeper started = new EmbeddedZooKeeper(server, connections, files);
      started.containers.start();
      started.purge.start();
      return started;
    } catch (IOException | RuntimeException e) {
      release(connections, files);
      throw new EmbeddedZooKeeperException(
          "ZooKeeper cannot use its data directory " + dataDir + ": " + reason(e), e);
    } catch (InterruptedException e) {
      release(connections, files);
      Thread.currentThread().interrupt();
      throw new EmbeddedZooKeeperException("interrupted while ZooKeeper started", e);
    }
  }

  private static Connections bind(InetSocketAddress listen) {
    Connections connections = new Connections();
    try {
      connections.configure(listen, MAX_CLIENT_CONNECTIONS_PER_HOST, LISTEN_BACKLOG, false);
      return connections;
    } catch (IOException e) {
      connections.shutdown();
      String what =
          e instanceof BindException && listen.getPort() != 0
              ? "port "
                  + listen.getPort()
                  + " on "
                  + listen.getHostString()
                  + " is in use or not allowed"
              : "ZooKeeper cannot listen on " + listen.getHostString() + ":" + listen.getPort();
      throw new EmbeddedZooKeeperException(what + " (" + reason(e) + ")", e);
    }
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }

  private static void release(Connections connections, @Nullable FileTxnSnapLog files) {
    connections.shutdown();
    if (files != null) {
      closeFiles(files);
    }
  }

  private static void closeFiles(FileTxnSnapLog files) {
    try {
      files.close();
    } catch (IOException e) {
      log.warn("ZooKeeper's transaction log did not close cleanly: {}", reason(e));
    }
  }

  /** The port that clients connect to. */
  public int port() {
    return address.getPort();
  }

  /** {@code host:port}, as {@code zookeeper.connect} wants it. */
  public String connectString() {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /**
   * Completes when the server cannot go on by itself, for instance because its disk refuses a
   * write; it serves nothing from then on. Does not complete on {@link #close}.
   */
  public CompletableFuture<Void> failed() {
    return server.failed.copy();
  }

  /**
   * Ends all connections, writes what is pending, and releases port and files. Sessions outlive it,
   * up to their time-out.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    purge.shutdown();
    containers.stop();
    connections.shutdown();
    closeFiles(files);
  }

  /**
   * ZooKeeper's standalone server without its JMX beans, which would start the platform's MBean
   * server.
   */
  private static final class Server extends ZooKeeperServer {
    private final CompletableFuture<Void> failed = new CompletableFuture<>();

    Server(FileTxnSnapLog files) {
      super(
          files,
          TICK_MS,
          MIN_SESSION_TIMEOUT_MS,
          MAX_SESSION_TIMEOUT_MS,
          LISTEN_BACKLOG,
          new ZKDatabase(files),
          "");
    }

    ContainerManager newContainerManager() {
      return new ContainerManager(
          getZKDatabase(),
          firstProcessor,
          CONTAINER_CHECK_INTERVAL_MS,
          CONTAINERS_REMOVED_PER_MINUTE);
    }

    @Override
    protected void setState(State newState) {
      state = newState;
      if (newState == State.ERROR) {
        failed.complete(null);
      }
    }

    @Override
    protected void registerJMX() {}

    @Override
    protected void unregisterJMX() {}
  }

  /** The acceptor and its threads, without a JMX bean for each connection. */
  private static final class Connections extends NIOServerCnxnFactory {
    @Override
    public void registerConnection(ServerCnxn connection) {}

    @Override
    public void unregisterConnection(ServerCnxn connection) {}
  }
}
