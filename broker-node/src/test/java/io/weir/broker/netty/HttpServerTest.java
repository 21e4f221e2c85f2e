package io.weir.broker.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.broker.config.OperatorError;
import io.weir.broker.netty.HttpServer.Bounds;
import io.weir.protocol.model.HostAndPort;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpServerTest {
  private static final HostAndPort LOOPBACK = new HostAndPort("127.0.0.1", 0);
  private static final String GET = "GET /metrics HTTP/1.1\r\nHost: weir\r\n\r\n";

  private final AtomicReference<CompletableFuture<byte[]>> content =
      new AtomicReference<>(CompletableFuture.completedFuture("weir_up 1\n".getBytes(UTF_8)));
  private final Map<String, HttpPage> pages =
      Map.of("/metrics", new HttpPage("text/plain; version=0.0.4", content::get));
  private HttpServer server = HttpServer.start(LOOPBACK, pages);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aPageIsServedWithItsTypeAndLength() throws IOException {
    assertThat(exchange(GET))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-type: text/plain; version=0.0.4\r\n")
        .contains("content-length: 10\r\n")
        .endsWith("\r\n\r\nweir_up 1\n");
    assertThat(exchange("GET /metrics?name=x HTTP/1.0\r\n\r\n")).contains(" 200 OK");
  }

  @Test
  void allElseIsRefused() throws IOException {
    assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).contains(" 404 Not Found");
    assertThat(exchange("GET /metrics/ HTTP/1.1\r\n\r\n")).contains(" 404 Not Found");
    assertThat(exchange("GET /../etc/passwd HTTP/1.1\r\n\r\n")).contains(" 404 Not Found");
    for (String method : List.of("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW")) {
      assertThat(exchange(method + " /metrics HTTP/1.1\r\n\r\n"))
          .contains(" 405 Method Not Allowed")
          .contains("allow: GET\r\n");
    }
  }

  @Test
  void whatIsTooLongIsRefused() throws IOException {
    assertThat(exchange("GET /" + "x".repeat(4_000) + " HTTP/1.1\r\n\r\n")).contains(" 431 ");
    assertThat(exchange("GET /metrics HTTP/1.1\r\nX: " + "x".repeat(8_300) + "\r\n\r\n"))
        .contains(" 431 ");
  }

  @Test
  void whatIsNoRequestIsRefused() throws IOException {
    assertThat(exchange("\0\1\2 not a request\r\n\r\n")).contains(" 400 Bad Request");
    assertThat(exchange("GET\r\n\r\n")).contains(" 400 Bad Request");
  }

  @Test
  void randomBytesDoNoHarm() throws IOException {
    long seed = Long.getLong("seed", 20_261_123);
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      byte[] bytes = new byte[1 + random.nextInt(600)];
      random.nextBytes(bytes);
      try (Socket client = connect()) {
        client.getOutputStream().write(bytes);
      } catch (SocketException e) {
        // The server may have closed it before all was sent.
      }
    }
    assertThat(exchange(GET)).as("seed %d", seed).contains(" 200 OK");
  }

  @Test
  void aConnectionServesOneRequest() throws IOException {
    assertThat(exchange(GET + GET + GET).split(" 200 OK", -1)).hasSize(2);
  }

  @Test
  void aPageThatCannotBeHadNowSaysSo() throws IOException {
    content.set(CompletableFuture.failedFuture(new IllegalStateException("not now")));

    assertThat(exchange(GET)).contains(" 503 Service Unavailable").doesNotContain("not now");
  }

  @Test
  void connectionsPastTheBoundAreClosedAndOthersServedAgainLater() throws IOException {
    restart(new Bounds(2, 60_000));
    List<Socket> silent = new ArrayList<>(List.of(connect(), connect()));
    try (Socket third = connect()) {
      assertThat(third.getInputStream().read()).isEqualTo(-1);
    }
    for (Socket each : silent) {
      each.close();
    }
    await().ignoreExceptions().until(() -> exchange(GET).contains(" 200 OK"));
  }

  @Test
  void whoIsSlowIsCutOff() throws IOException {
    restart(new Bounds(16, 200));
    content.set(new CompletableFuture<>());
    try (Socket silent = connect();
        Socket half = connect();
        Socket waiting = connect()) {
      half.getOutputStream().write("GET /metr".getBytes(ISO_8859_1));
      waiting.getOutputStream().write(GET.getBytes(ISO_8859_1));

      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(half.getInputStream().read()).isEqualTo(-1);
      assertThat(waiting.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLine() {
    HostAndPort taken = new HostAndPort("127.0.0.1", server.address().getPort());

    assertThatThrownBy(() -> HttpServer.start(taken, pages))
        .isInstanceOf(OperatorError.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.port() + " for HTTP")
        .hasMessageContaining("http.listener");
  }

  private void restart(Bounds bounds) {
    server.close();
    server = HttpServer.start(LOOPBACK, pages, bounds);
  }

  private Socket connect() throws IOException {
    return new Socket(server.address().getAddress(), server.address().getPort());
  }

  private String exchange(String request) throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(client.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
