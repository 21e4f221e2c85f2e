package io.weir.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What programs other than the Java client have written. {@code *.batch} are batches from Produce
 * requests of librdkafka 2.0.2 (kcat -k key -H name=value), and of kafka-python 2.0.2; the others
 * come from the tools lz4 1.9 and zstd 1.5 (linked: -BD -B4; checked: -BX, content size; large:
 * -B7; long: --long=27; stream: from a pipe, without a content size) and gzip (named: -N). All of
 * them have the same content.
 */
final class OtherEncodersTest {
  private static byte[] content() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 200_000; i++) {
      text.append("line %d of a log\n".formatted(i % 500));
    }
    return text.substring(0, 200_000).getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] file(String name) {
    try (InputStream in = OtherEncodersTest.class.getResourceAsStream("/batches/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CompressionType typeOf(String name) {
    return name.endsWith(".lz4")
        ? CompressionType.LZ4
        : name.endsWith(".zst") ? CompressionType.ZSTD : CompressionType.GZIP;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linked.lz4",
        "linked-checked.lz4",
        "checked.lz4",
        "large.lz4",
        "long.zst",
        "stream.zst",
        "named.gz"
      })
  void whatToolsCompressIsRead(String name) {
    assertThat(CompressionTest.decompress(typeOf(name), file(name))).isEqualTo(content());
  }

  @ParameterizedTest
  @ValueSource(strings = {"long.zst", "named.gz"})
  void streamsThatWereJoinedAreOne(String name) {
    byte[] once = file(name);
    byte[] twice = Arrays.copyOf(once, 2 * once.length);
    System.arraycopy(once, 0, twice, once.length, once.length);
    assertThat(CompressionTest.decompress(typeOf(name), twice)).hasSize(400_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "librdkafka-gzip.batch",
        "librdkafka-snappy.batch",
        "librdkafka-lz4.batch",
        "librdkafka-zstd.batch",
        "kafka-python-gzip.batch"
      })
  void whatOtherClientsSendIsAcceptedAndRead(String name) {
    ByteBuf batch = Unpooled.wrappedBuffer(file(name));
    BatchValidator.Limits limits =
        new BatchValidator.Limits(
            1 << 20, TimestampType.CREATE_TIME, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(BatchValidator.admit(batch, limits, 0))
        .isEqualTo(new BatchValidator.Accepted(1, -1));
    List<BatchRecord> records = BatchReader.records(batch, 0);
    assertThat(records).hasSize(1);
    BatchRecord record = records.getFirst();
    assertThat(record.key()).isEqualTo(StandardCharsets.UTF_8.encode("key"));
    assertThat(record.value()).isEqualTo(ByteBuffer.wrap(content()));
    assertThat(record.headers())
        .containsExactly(new BatchRecord.Header("name", StandardCharsets.UTF_8.encode("value")));
  }
}
