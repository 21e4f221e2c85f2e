package io.weir.broker.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.netty.buffer.ByteBuf;
import io.weir.broker.config.Listener;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.wire.WireWriter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The listeners over real sockets. A request's body is a text; what the node makes of it is up to
 * each test.
 */
class ClientServerTest {
  private static final ConnectionBounds BOUNDS =
      new ConnectionBounds(100 << 20, 8, 1 << 20, 60_000);

  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final List<Throwable> fatal = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private FrameHandler handler = (exchange, frame) -> requests.add(Request.of(exchange, frame));
  private ClientServer server = newServer(BOUNDS, 1 << 20);

  private record Request(Exchange exchange, String text) {
    static Request of(Exchange exchange, ByteBuf frame) {
      return new Request(exchange, frame.toString(UTF_8));
    }
  }

  @BeforeEach
  void open() {
    server.open(BoundAddress.reserve(new Listener("PLAINTEXT", "127.0.0.1", 0)));
  }

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close(1_000);
    assertThat(server.heldBytes()).isZero();
    assertThat(fatal).isEmpty();
  }

  @Test
  void answersLeaveInTheOrderOfTheRequests() throws IOException {
    Client client = connect();
    for (String text : List.of("a", "b", "c", "d")) {
      client.send(text);
    }
    List<Request> all = awaitRequests(4);

    all.get(2).exchange().answer(text("C"));
    all.get(1).exchange().answer(text("B"));
    all.get(3).exchange().endWithoutAnswer();
    all.get(0).exchange().answer(text("A"));

    assertThat(client.receive()).isEqualTo("A");
    assertThat(client.receive()).isEqualTo("B");
    assertThat(client.receive()).isEqualTo("C");
    client.send("e");
    awaitRequests(5).getLast().exchange().answer(text("E"));
    assertThat(client.receive()).isEqualTo("E");
  }

  @Test
  void completionsInAnyOrderOnManyThreadsKeepTheOrder() throws Exception {
    Random random = new Random(5);
    Client client = connect();
    AtomicInteger answered = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 100; round++) {
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
          client.send("r" + round + "." + i);
        }
        List<Request> all = new ArrayList<>(awaitRequests(count));
        requests.clear();
        Collections.shuffle(all, random);
        for (Request request : all) {
          threads.execute(() -> {
            request.exchange().answer(text(request.text()));
            answered.incrementAndGet();
          });
        }
        for (int i = 0; i < count; i++) {
          assertThat(client.receive()).isEqualTo("r" + round + "." + i);
        }
      }
    }
    assertThat(answered.get()).isPositive();
  }

  @Test
  void unansweredRequestsAreBoundedAndTheRestIsReadLater() throws IOException {
    Client client = connect();
    for (int i = 0; i < 20; i++) {
      client.send("r" + i);
    }
    awaitRequests(BOUNDS.maxRequests());

    int taken = 0;
    while (taken < 20) {
      awaitRequests(1);
      assertThat(requests.size()).isLessThanOrEqualTo(BOUNDS.maxRequests());
      requests.remove().exchange().answer(text("ok"));
      taken++;
    }

    for (int i = 0; i < 20; i++) {
      assertThat(client.receive()).isEqualTo("ok");
    }
  }

  @Test
  void aClientThatNeverReadsItsAnswersIsNotReadFrom() throws IOException {
    byte[] large = new byte[200_000];
    AtomicInteger seen = new AtomicInteger();
    handler =
        (exchange, frame) -> {
          seen.incrementAndGet();
          exchange.answer(prefixed(large));
        };
    Client client = connect();
    int sent = 400;
    for (int i = 0; i < sent; i++) {
      client.send("more");
    }

    AtomicInteger before = new AtomicInteger(-1);
    await()
        .pollInterval(Duration.ofMillis(200))
        .until(() -> seen.get() > 0 && before.getAndSet(seen.get()) == seen.get());
    assertThat(seen.get()).isLessThan(sent / 2);

    for (int i = 0; i < sent; i++) {
      assertThat(client.receiveBytes()).hasSize(4 + large.length);
    }
  }

  @Test
  void fortyConnectionsThatOnlyAnnounceLeaveTheNodeServing() throws IOException {
    handler = (exchange, frame) -> exchange.answer(text("served"));
    for (int i = 0; i < 40; i++) {
      connect().raw(ByteBuffer.allocate(5).putInt(95 << 20).array());
    }
    Client client = connect();
    client.send("hello");

    assertThat(client.receive()).isEqualTo("served");
    assertThat(server.heldBytes()).isLessThan(100_000);
  }

  @Test
  void largeRequestsThatNeverBecomeWholeDoNotKeepOthersFromBeingServed() throws Exception {
    server.close(1_000);
    server = newServer(BOUNDS, 16 << 20);
    open();
    handler = (exchange, frame) -> exchange.answer(text("served"));
    for (int i = 0; i < 4; i++) {
      Client announcer = connect();
      announcer.raw(ByteBuffer.allocate(2_600_000).putInt(95 << 20).array());
    }
    await().until(() -> server.heldBytes() >= 8 << 20);
    Client client = connect();
    for (int i = 0; i < 100; i++) {
      client.send("hello");
      assertThat(client.receive()).isEqualTo("served");
    }
    await().until(() -> server.heldBytes() < 8 << 20);
  }

  @Test
  void requestsThatNeverBecomeWholeDoNotHoldTheMemoryForEver() throws IOException {
    handler = (exchange, frame) -> exchange.answer(text("served"));
    for (int i = 0; i < 4; i++) {
      Client announcer = connect();
      announcer.raw(ByteBuffer.allocate(400_000).putInt(95 << 20).array());
    }
    await().until(() -> server.heldBytes() >= 1 << 20);
    Client client = connect();
    client.send("hello");

    assertThat(client.receive()).isEqualTo("served");
  }

  @Test
  void aNegativeLengthClosesTheConnection() throws IOException {
    Client client = connect();
    client.raw(new byte[] {-1, -1, -1, -1});

    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void aConnectionThatCannotBeAnsweredIsClosedAndItsRecordsAreReleased(@TempDir Path dir)
      throws IOException {
    AtomicInteger releases = new AtomicInteger();
    try (FileChannel file = file(dir, "some records")) {
      Client client = connect();
      client.send("fetch");
      client.send("fetch");
      List<Request> two = awaitRequests(2);
      FileRecords records = new FileRecords(file, 0, 4, releases::incrementAndGet);
      two.get(1).exchange().answer(spliced("", records, ""));
      two.get(0).exchange().fail("a test");

      assertThat(client.isClosedByServer()).isTrue();
      await().untilAtomic(releases, is(1));
      FileRecords late = new FileRecords(file, 0, 4, releases::incrementAndGet);
      two.get(0).exchange().answer(spliced("", late, ""));
      await().untilAtomic(releases, is(2));
    }
  }

  @Test
  void recordsOfAFileAreSentBetweenTheBytesAroundThem(@TempDir Path dir) throws IOException {
    AtomicInteger releases = new AtomicInteger();
    try (FileChannel file = file(dir, "0123456789")) {
      FileRecords first = new FileRecords(file, 2, 5, releases::incrementAndGet);
      FileRecords second = new FileRecords(file, 9, 1, releases::incrementAndGet);
      handler =
          (exchange, frame) ->
              exchange.answer(
                  reply(out -> {
                    write(out, "<");
                    out.writeRecords(first, false);
                    write(out, "|");
                    out.writeRecords(second, false);
                  }));
      Client client = connect();
      client.send("fetch");

      assertThat(client.receive()).isEqualTo("<\0\0\0\00523456|\0\0\0\0019");
      await().untilAtomic(releases, is(2));
    }
  }

  @Test
  void aStopAnswersWhatWaits() throws Exception {
    Client client = connect();
    client.send("last");
    Request request = awaitRequests(1).getFirst();
    Thread stop = Thread.ofVirtual().start(() -> closeServer());
    request.exchange().answer(text("done"));

    assertThat(client.receive()).isEqualTo("done");
    assertThat(client.isClosedByServer()).isTrue();
    stop.join();
  }

  @Test
  void connectionsBeyondTheBoundAreClosed() throws Exception {
    server.close(1_000);
    server = newServer(BOUNDS, 1 << 20, 2);
    open();
    handler = (exchange, frame) -> exchange.answer(text("served"));
    for (int i = 0; i < 2; i++) {
      Client client = connect();
      client.send("hello");
      assertThat(client.receive()).isEqualTo("served");
    }

    assertThat(connect().isClosedByServer()).isTrue();
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    server.close(1_000);
    server = newServer(new ConnectionBounds(1 << 20, 8, 1 << 20, 50), 1 << 20);
    open();

    assertThat(connect().isClosedByServer()).isTrue();
  }

  private void closeServer() {
    try {
      server.close(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ClientServer newServer(ConnectionBounds bounds, long memory) {
    return newServer(bounds, memory, 1_000);
  }

  private ClientServer newServer(ConnectionBounds bounds, long memory, int maxConnections) {
    return new ClientServer(
        new ServerSettings(bounds, 2, memory, maxConnections, maxConnections, 50, -1, -1),
        (exchange, frame) -> handler.onFrame(exchange, frame),
        fatal::add);
  }

  private List<Request> awaitRequests(int count) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> requests.size() >= count);
    return List.copyOf(requests);
  }

  private Client connect() throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(20_000);
    InetSocketAddress address = server.addresses().getFirst();
    socket.connect(address);
    sockets.add(socket);
    return new Client(
        socket,
        new DataInputStream(socket.getInputStream()),
        new DataOutputStream(socket.getOutputStream()));
  }

  private record Client(Socket socket, DataInputStream in, DataOutputStream out) {
    void send(String text) throws IOException {
      byte[] bytes = text.getBytes(UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
    }

    void raw(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    String receive() throws IOException {
      return new String(receiveBytes(), UTF_8);
    }

    byte[] receiveBytes() throws IOException {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      return bytes;
    }

    boolean isClosedByServer() throws IOException {
      try {
        return in.read() == -1;
      } catch (SocketException e) {
        return true; // reset, because the server had not read everything
      }
    }
  }

  private static FileChannel file(Path dir, String content) throws IOException {
    Path file = Files.writeString(dir.resolve("segment"), content);
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  private static void write(WireWriter out, String text) {
    for (byte b : text.getBytes(UTF_8)) {
      out.writeInt8(b);
    }
  }

  private static Reply text(String text) {
    return reply(out -> write(out, text));
  }

  private static Reply prefixed(byte[] bytes) {
    return reply(out -> out.writeBytes(ByteBuffer.wrap(bytes), false));
  }

  private static Reply reply(Consumer<WireWriter> content) {
    return new Reply() {
      @Override
      public int bufferBytes() {
        return 64;
      }

      @Override
      public void writeTo(WireWriter out) {
        content.accept(out);
      }

      @Override
      public void discard() {}
    };
  }

  private static Reply spliced(String before, FileRecords records, String after) {
    return new Reply() {
      @Override
      public int bufferBytes() {
        return 64;
      }

      @Override
      public void writeTo(WireWriter out) {
        write(out, before);
        out.writeRecords(records, false);
        write(out, after);
      }

      @Override
      public void discard() {
        records.release();
      }
    };
  }
}
