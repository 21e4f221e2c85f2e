package io.weir.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.FetchResponse;
import io.weir.protocol.message.ResponseHeader;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.wire.Splice;
import io.weir.protocol.wire.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.network.Send;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From a Fetch response to what a socket is given: size, header, body, and the order to send the
 * records, which are in a segment's file (as a broker has them) or in memory. The socket counts and
 * keeps nothing, so that neither system calls nor the copying that they do are part of it.
 *
 * <p>Each side does what its broker does: Kafka builds a Send, which it writes to the channel; ours
 * fills a pooled buffer and sends it in pieces, with the records in between.
 */
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up before all else
public class FetchEncode extends Comparison {
  private static final int CORRELATION_ID = 4242;
  private static final int LENGTH_BYTES = 4;

  /** Where the records are. */
  public enum Source {
    FILE,
    MEMORY,
    /** In memory, and copied: the whole frame ends up in one buffer, as in clients and in tests. */
    COPIED
  }

  /** The newest version that names topics, and the newest of all, which has their ids. */
  @Param({"12", "18"})
  short version;

  @Param Source source;

  private final long[] pieces = CountingChannel.newPieces();
  private Path file;
  private org.apache.kafka.common.record.internal.FileRecords log;
  private org.apache.kafka.common.requests.FetchResponse kafkaResponse;
  private FetchResponse weirResponse;

  @Setup
  public void prepare() throws IOException {
    MemoryRecords batch = KafkaBatches.batch(load.batchBytes(), recordBytes);
    int bytes = batch.sizeInBytes();
    file = Files.createTempFile("segment", ".log");
    log = org.apache.kafka.common.record.internal.FileRecords.open(file.toFile());
    for (int i = 0; i < load.partitions(); i++) {
      int _ = log.append(batch);
    }
    switch (source) {
      case FILE -> {
        kafkaResponse =
            FetchResponses.kafka(version, load.partitions(), i -> log.slice(i * bytes, bytes));
        weirResponse =
            FetchResponses.weir(
                version,
                load.partitions(),
                i -> new FileRecords(log.channel(), (long) i * bytes, bytes, () -> {}));
      }
      case MEMORY, COPIED -> {
        kafkaResponse = FetchResponses.kafka(version, load.partitions(), i -> batch);
        weirResponse =
            FetchResponses.weir(
                version,
                load.partitions(),
                i -> BufferRecords.of(Unpooled.directBuffer(bytes).writeBytes(batch.buffer())));
      }
    }
    if (kafka() != weir()) {
      throw new IllegalStateException("the two sides wrote different things");
    }
  }

  @TearDown
  public void release() throws IOException {
    weirResponse.releaseRecords();
    log.close();
    Files.delete(file);
  }

  @Benchmark
  public long kafka() throws IOException {
    return source == Source.COPIED ? kafkaCopied() : kafkaSent();
  }

  @Benchmark
  public long weir() {
    return source == Source.COPIED ? weirCopied() : weirSent();
  }

  private long kafkaCopied() {
    var header =
        new org.apache.kafka.common.requests.ResponseHeader(
                CORRELATION_ID, ApiKeys.FETCH.responseHeaderVersion(version))
            .data();
    ApiMessage body = kafkaResponse.data();
    ObjectSerializationCache cache = new ObjectSerializationCache();
    short headerVersion = ApiKeys.FETCH.responseHeaderVersion(version);
    int frameBytes = header.size(cache, headerVersion) + body.size(cache, version);
    ByteBufferAccessor out = new ByteBufferAccessor(ByteBuffer.allocate(LENGTH_BYTES + frameBytes));
    out.writeInt(frameBytes);
    header.write(out, cache, headerVersion);
    body.write(out, cache, version);
    return out.buffer().position();
  }

  private long kafkaSent() throws IOException {
    CountingChannel channel = new CountingChannel(pieces);
    short headerVersion = ApiKeys.FETCH.responseHeaderVersion(version);
    Send send =
        kafkaResponse.toSend(
            new org.apache.kafka.common.requests.ResponseHeader(CORRELATION_ID, headerVersion),
            version);
    while (!send.completed()) {
      send.writeTo(channel);
    }
    return channel.bytes();
  }

  private long weirCopied() {
    ResponseHeader header = new ResponseHeader(CORRELATION_ID);
    int headerVersion = ApiKey.FETCH.responseHeaderVersion(version);
    int frameBytes = header.size(headerVersion) + weirResponse.size(version);
    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(LENGTH_BYTES + frameBytes);
    buffer.writeInt(frameBytes);
    WireWriter out = new WireWriter(buffer);
    header.write(out, headerVersion);
    weirResponse.write(out, version);
    int written = buffer.readableBytes();
    buffer.release();
    return written;
  }

  private long weirSent() {
    CountingChannel channel = new CountingChannel(pieces);
    ResponseHeader header = new ResponseHeader(CORRELATION_ID);
    int headerVersion = ApiKey.FETCH.responseHeaderVersion(version);
    int frameBytes = header.size(headerVersion) + weirResponse.size(version);
    int bufferBytes = LENGTH_BYTES + frameBytes - weirResponse.recordsBytes();
    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(bufferBytes);
    buffer.writeInt(frameBytes);
    WireWriter out = WireWriter.splicing(buffer);
    header.write(out, headerVersion);
    weirResponse.write(out, version);
    send(buffer, out.splices(), channel);
    buffer.release();
    return channel.bytes();
  }

  private static void send(ByteBuf buffer, List<Splice> splices, CountingChannel channel) {
    for (Splice splice : splices) {
      sendUpTo(splice.index(), buffer, channel);
      switch (splice.records()) {
        case BufferRecords(ByteBuf batches, int index, int bytes) ->
            channel.write(batches, index, bytes);
        case FileRecords records ->
            channel.transferFrom(records.channel(), records.position(), records.sizeInBytes());
      }
    }
    sendUpTo(buffer.writerIndex(), buffer, channel);
  }

  private static void sendUpTo(int index, ByteBuf buffer, CountingChannel channel) {
    int start = buffer.readerIndex();
    if (index > start) {
      channel.write(buffer, start, index - start);
      buffer.readerIndex(index);
    }
  }
}
