package io.weir.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What anybody can send to a node with 512 MB of heap: it answers with an error or closes the
 * connection, and serves on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputTest {
  private static final int ANNOUNCED_BYTES = 95 << 20;
  private static final int CONNECTIONS = 40;
  private static final int API_VERSIONS = 18;
  private static final int PRODUCE = 0;
  private static final int CLOSE_DEADLINE_MS = 20_000;

  private final LocalCluster cluster = LocalCluster.start(1, "512m", Map.of());
  private final List<Socket> open = new ArrayList<>();
  private int topics;
  private boolean failed;

  @AfterEach
  void closeConnections() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  @AfterAll
  void closeCluster() {
    if (failed) {
      cluster.keep();
    }
    cluster.close();
  }

  @Test
  void fortyConnectionsAnnounceNinetyFiveMegabytesEach() throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      connect().getOutputStream().write(frameHead(ANNOUNCED_BYTES, PRODUCE, 9));
    }
    assertServes();
  }

  @Test
  void fortyConnectionsSendAPartOfWhatTheyAnnounce() throws IOException {
    byte[] part = new byte[1 << 20];
    for (int i = 0; i < CONNECTIONS; i++) {
      Socket socket = connect();
      socket.getOutputStream().write(frameHead(ANNOUNCED_BYTES, PRODUCE, 9));
      socket.getOutputStream().write(part);
    }
    assertServes();
  }

  @Test
  void aFrameLargerThanAllowedClosesTheConnection() throws IOException {
    assertCloses(frameHead(1 << 30, PRODUCE, 9));
  }

  @Test
  void aNegativeLengthClosesTheConnection() throws IOException {
    assertCloses(frameHead(-1, API_VERSIONS, 0));
    assertCloses(frameHead(Integer.MIN_VALUE, API_VERSIONS, 0));
  }

  @Test
  void aFrameTooShortForAHeaderClosesTheConnection() throws IOException {
    assertCloses(new byte[] {0, 0, 0, 0});
    assertCloses(new byte[] {0, 0, 0, 3, 0, 18, 0});
  }

  @Test
  void garbageClosesTheConnection() throws IOException {
    assertCloses("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
  }

  @Test
  void anUnknownApiIsRefused() throws IOException {
    assertRefuses(frame(9_999, 0, new byte[10]));
    assertRefuses(frame(-5, 0, new byte[10]));
  }

  @Test
  void anUnknownVersionIsRefused() throws IOException {
    assertRefuses(frame(PRODUCE, 32_000, new byte[10]));
  }

  @Test
  void aBodyThatEndsTooEarlyIsRefused() throws IOException {
    assertRefuses(frame(PRODUCE, 9, new byte[] {0, 0, 1}));
  }

  @Test
  void aBodyThatAnnouncesBillionsOfElementsIsRefused() throws IOException {
    // Metadata v1: an array of topics with 2^31-1 elements, and nothing in it.
    assertRefuses(frame(3, 1, new byte[] {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff}));
  }

  @Test
  void randomFramesDoNotStopTheNode() throws IOException {
    long seed = Long.getLong("seed", 20_261_123L);
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] body = new byte[random.nextInt(200)];
      random.nextBytes(body);
      try (Socket socket = connect()) {
        socket.getOutputStream().write(frame(random.nextInt(80), random.nextInt(14), body));
      } catch (SocketException e) {
        // Closed on us already: that is one of the right answers.
        assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed).*");
      }
    }
    assertServes();
  }

  // ------------------------------------------------------------------------------- helpers

  private void assertCloses(byte[] bytes) throws IOException {
    Socket socket = connect();
    socket.setSoTimeout(CLOSE_DEADLINE_MS);
    socket.getOutputStream().write(bytes);
    try (InputStream in = socket.getInputStream()) {
      assertThat(in.readAllBytes().length).as("bytes answered before the end").isLessThan(1_000);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    assertServes();
  }

  /** The protocol's error, or a closed connection: anything but silence. */
  private void assertRefuses(byte[] bytes) throws IOException {
    Socket socket = connect();
    socket.setSoTimeout(CLOSE_DEADLINE_MS);
    socket.getOutputStream().write(bytes);
    try (InputStream in = socket.getInputStream()) {
      assertThat(in.readNBytes(Integer.BYTES))
          .as("length of an answer, or nothing")
          .hasSizeBetween(0, Integer.BYTES);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    assertServes();
  }

  /** A topic can be created, written and read back. */
  private void assertServes() {
    boolean passed = false;
    try {
      assertThat(cluster.isAlive(1)).as("the node is alive").isTrue();
      String topic = "served-" + topics++;
      cluster.createTopic(topic, 1, 1);
      try (SteadyLoad load = SteadyLoad.start(cluster.bootstrapServers(), topic, 1)) {
        load.awaitMore(10);
        Ledger ledger = load.stop();
        assertThat(ledger.failures()).isEmpty();
        Verifier.assertAllAcknowledgedOnceInOrder(cluster.bootstrapServers(), ledger);
      }
      passed = true;
    } finally {
      failed |= !passed;
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.connect(
        new InetSocketAddress(Ports.LOOPBACK, cluster.port(1)),
        (int) Duration.ofSeconds(10).toMillis());
    return socket;
  }

  /** The beginning of a request: a length, and the head of a header. */
  private static byte[] frameHead(int length, int apiKey, int version) {
    return bytes(out -> {
      out.writeInt(length);
      out.writeShort(apiKey);
      out.writeShort(version);
      out.writeInt(7); // correlation id
    });
  }

  /** A whole frame with an honest length. */
  private static byte[] frame(int apiKey, int version, byte[] body) {
    return bytes(out -> {
      out.writeInt(2 + 2 + 4 + 2 + body.length);
      out.writeShort(apiKey);
      out.writeShort(version);
      out.writeInt(7); // correlation id
      out.writeShort(-1); // client id
      out.write(body);
    });
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      content.writeTo(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
