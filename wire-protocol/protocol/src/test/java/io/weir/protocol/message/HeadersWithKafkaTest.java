package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.message.Codec.Versioned;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The heads of requests and responses, of every API in every version, are those of Kafka. */
final class HeadersWithKafkaTest {
  private static final long SEED = Long.getLong("seed", 1);
  private static final int HEADERS = 20;

  static Stream<ApiVersion> all() {
    return Arrays.stream(ApiKey.values())
        .flatMap(apiKey ->
            IntStream.rangeClosed(apiKey.minVersion(), apiKey.maxVersion())
                .mapToObj(version -> new ApiVersion(apiKey, version)));
  }

  record ApiVersion(ApiKey apiKey, int version) {
    Reference reference() {
      return References.of(new Versioned(apiKey.apiName() + "Request", version));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aVersionHasTheHeadersThatKafkaGivesIt(ApiVersion api) {
    Reference kafka = api.reference();

    assertThat(api.apiKey.requestHeaderVersion(api.version))
        .isEqualTo(kafka.requestHeaderVersion(api.apiKey.key(), api.version));
    assertThat(api.apiKey.responseHeaderVersion(api.version))
        .isEqualTo(kafka.responseHeaderVersion(api.apiKey.key(), api.version));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aRequestHeaderOfOursIsReadByKafka(ApiVersion api) {
    for (@Nullable String clientId : Arrays.asList("", null, "étoile-1")) {
      RequestHeader header = new RequestHeader(api.apiKey, api.version, -7, clientId);
      ByteBuf out = Unpooled.buffer();
      header.write(new WireWriter(out));
      byte[] ours = ByteBufUtil.getBytes(out);
      int headerVersion = api.apiKey.requestHeaderVersion(api.version);

      assertThat(ours).hasSize(header.size());
      Map<String, @Nullable Object> theirs =
          api.reference().fields("RequestHeader", headerVersion, ours);
      assertThat(theirs)
          .containsEntry("requestApiKey", (long) api.apiKey.key())
          .containsEntry("requestApiVersion", (long) api.version)
          .containsEntry("correlationId", -7L)
          .containsEntry("clientId", clientId)
          .hasSize(4);
      assertThat(api.reference().roundTrip("RequestHeader", headerVersion, ours)).isEqualTo(ours);
      assertThat(RequestHead.read(new WireReader(Unpooled.wrappedBuffer(ours)))).isEqualTo(header);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aRequestHeaderOfKafkaIsReadByUs(ApiVersion api) {
    int headerVersion = api.apiKey.requestHeaderVersion(api.version);
    for (long seed = SEED; seed < SEED + HEADERS; seed++) {
      byte[] theirs = api.reference().random("RequestHeader", headerVersion, seed, true);
      ByteBuf in = Unpooled.wrappedBuffer(theirs);
      in.setShort(0, api.apiKey.key()).setShort(Short.BYTES, api.version);

      RequestHead head = RequestHead.read(new WireReader(in));

      Map<String, @Nullable Object> fields =
          api.reference().fields("RequestHeader", headerVersion, theirs);
      int correlationId =
          Math.toIntExact((long) Objects.requireNonNull(fields.get("correlationId")));
      String clientId = (String) fields.get("clientId");
      assertThat(head)
          .as("-Dseed=%d", seed)
          .isEqualTo(new RequestHeader(api.apiKey, api.version, correlationId, clientId));
      assertThat(in.isReadable()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aResponseHeaderIsTheSameBothWays(ApiVersion api) {
    int headerVersion = api.apiKey.responseHeaderVersion(api.version);
    for (int correlationId : List.of(0, -1, Integer.MAX_VALUE)) {
      ResponseHeader header = new ResponseHeader(correlationId);
      ByteBuf out = Unpooled.buffer();
      header.write(new WireWriter(out), headerVersion);
      byte[] ours = ByteBufUtil.getBytes(out);

      assertThat(ours).hasSize(header.size(headerVersion));
      assertThat(api.reference().roundTrip("ResponseHeader", headerVersion, ours)).isEqualTo(ours);
      assertThat(api.reference().fields("ResponseHeader", headerVersion, ours))
          .containsExactly(Map.entry("correlationId", (long) correlationId));
      assertThat(ResponseHeader.read(new WireReader(Unpooled.wrappedBuffer(ours)), headerVersion))
          .isEqualTo(header);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aResponseHeaderWithTagsOfTheFutureIsReadByUs(ApiVersion api) {
    int headerVersion = api.apiKey.responseHeaderVersion(api.version);
    for (long seed = SEED; seed < SEED + HEADERS; seed++) {
      byte[] theirs = api.reference().random("ResponseHeader", headerVersion, seed, true);
      ByteBuf in = Unpooled.wrappedBuffer(theirs);

      ResponseHeader ours = ResponseHeader.read(new WireReader(in), headerVersion);

      assertThat(api.reference().fields("ResponseHeader", headerVersion, theirs))
          .containsExactly(Map.entry("correlationId", (long) ours.correlationId()));
      assertThat(in.isReadable()).isFalse();
    }
  }
}
