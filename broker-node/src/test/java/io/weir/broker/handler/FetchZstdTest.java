package io.weir.broker.handler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.FetchRequest;
import io.weir.protocol.message.FetchResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.replication.ReadRequest;
import io.weir.replication.ReadResult;
import io.weir.replication.Registration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not know zstd are not sent any. */
class FetchZstdTest {
  private static final int WITHOUT_ZSTD = 9;
  private static final int WITH_ZSTD = 10;
  private static final int PREFIX_BYTES = 33;

  @TempDir private Path dir;
  private final MetadataImage image = Images.of(Images.topic("t", 1));
  private final AtomicInteger unreleased = new AtomicInteger();
  private FileChannel file;
  private ServedApis apis;

  @BeforeEach
  void open() throws IOException {
    file =
        FileChannel.open(
            dir.resolve("log"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    apis =
        new ServedApis(
            new ApiRegistry.Builder()
                .serve(
                    ApiKey.FETCH,
                    FetchRequest.class,
                    new FetchHandler(() -> image, this::read, 1 << 20)));
  }

  @AfterEach
  void close() throws Exception {
    apis.close();
    await().until(() -> unreleased.get() == 0);
    file.close();
  }

  @Test
  void batchesBeforeTheFirstOneWithZstdAreSent() throws IOException {
    write(CompressionType.NONE, CompressionType.LZ4, CompressionType.ZSTD, CompressionType.NONE);

    assertThat(codecs(fetch(WITHOUT_ZSTD)))
        .containsExactly(CompressionType.NONE, CompressionType.LZ4);
    assertThat(codecs(fetch(WITH_ZSTD))).hasSize(4);
  }

  @Test
  void manyBatchesAreLookedThrough() throws IOException {
    CompressionType[] codecs = new CompressionType[1000];
    Arrays.fill(codecs, CompressionType.GZIP);
    codecs[700] = CompressionType.ZSTD;
    write(codecs);

    assertThat(codecs(fetch(WITHOUT_ZSTD))).hasSize(700).doesNotContain(CompressionType.ZSTD);
  }

  @Test
  void whereZstdComesFirstTheClientIsToldThatItCannotReadThis() throws IOException {
    write(CompressionType.ZSTD, CompressionType.NONE);

    FetchResponse.Partition partition = fetch(WITHOUT_ZSTD);

    assertThat(partition.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
    assertThat(codecs(partition)).isEmpty();
    assertThat(fetch(WITH_ZSTD).errorCode()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void whatIsNoBatchIsAnErrorOfTheStorage() throws IOException {
    file.write(UTF_8.encode("x".repeat(PREFIX_BYTES + 100)), 0);

    assertThat(fetch(WITHOUT_ZSTD).errorCode()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
  }

  private void write(CompressionType... codecs) throws IOException {
    long at = PREFIX_BYTES;
    for (CompressionType codec : codecs) {
      try (RecordBatchBuilder builder = new RecordBatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
        ByteBuf batch =
            builder
                .compression(Compression.of(codec))
                .append(1, null, UTF_8.encode("v".repeat((int) (at % 90))))
                .build();
        at += file.write(batch.nioBuffer(), at);
        batch.release();
      }
    }
  }

  private Registration read(ReadRequest request) {
    try {
      unreleased.incrementAndGet();
      int size = (int) file.size() - PREFIX_BYTES;
      FileRecords records = new FileRecords(file, PREFIX_BYTES, size, unreleased::decrementAndGet);
      request
          .onResult()
          .accept(new ReadResult(ErrorCode.NONE, 9, 9, 0, records, List.of(), 1, 7, -1, -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return () -> {};
  }

  private FetchResponse.Partition fetch(int version) {
    FetchRequest request =
        FetchRequest.builder()
            .maxWaitMs(60_000)
            .minBytes(1)
            .maxBytes(1 << 20)
            .topics(
                List.of(
                    FetchRequest.Topic.builder()
                        .topic("t")
                        .partitions(
                            List.of(
                                FetchRequest.Partition.builder()
                                    .partition(0)
                                    .fetchOffset(0)
                                    .partitionMaxBytes(1 << 20)
                                    .build()))
                        .build()))
            .build();
    FetchResponse response = apis.ask(request, version, FetchResponse.class);
    return response.responses().getFirst().partitions().getFirst();
  }

  private static List<CompressionType> codecs(FetchResponse.Partition partition) {
    ByteBuf batches =
        partition.records() instanceof BufferRecords records
            ? records.slice()
            : Unpooled.EMPTY_BUFFER;
    List<CompressionType> codecs = new ArrayList<>();
    BatchReader.forEachBatch(
        batches,
        (buffer, index) ->
            codecs.add(CompressionType.of(BatchHeader.compressionId(buffer, index))));
    return codecs;
  }
}
