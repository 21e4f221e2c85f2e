package io.weir.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.message.ApiMessages;
import io.weir.protocol.message.ProduceRequest;
import io.weir.protocol.message.RequestHead;
import io.weir.protocol.message.RequestHeader;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.RecordCursor;
import io.weir.protocol.wire.RepeatedString;
import io.weir.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.requests.AbstractRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From the bytes of a Produce request, as a connection has received them, to its batches: header,
 * body, and then of each batch size, magic, compression, whether it belongs to a transaction. Where
 * it goes down to the records, as both brokers do before they append uncompressed ones, also the
 * offset, timestamp and sizes of each. Both sides read the same frame, written by Kafka, and end
 * with the same sum.
 *
 * <p>Each side has its frame where its network layer puts it: Kafka in a buffer on the heap, which
 * a NetworkReceive allocates for each request (that allocation is not counted here), ours in a
 * pooled buffer outside of it. Ours also gives its records back, which Kafka leaves to the garbage
 * collector; and it knows the client's id from the connection's request before. The CRC is left
 * out: it is the same method of the JDK on both sides.
 */
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up before all else
public class ProduceDecode extends Comparison {
  private static final String CLIENT_ID = "producer-1";
  private static final RepeatedString LAST_CLIENT_ID = RepeatedString.of(CLIENT_ID);
  private static final String TOPIC = "orders-by-customer";
  private static final Uuid TOPIC_ID = new Uuid(0x7d0f_31c2_58a9_4be1L, 0x9a42_c8be_1f06_73d5L);

  /** The newest version that names topics, and the one that has their ids. */
  @Param({"12", "13"})
  short version;

  /** How far a request is read. */
  public enum Depth {
    BATCHES,
    RECORDS
  }

  @Param Depth depth;

  private ByteBuffer kafkaFrame;
  private ByteBuf weirFrame;

  @Setup
  public void prepare() {
    kafkaFrame = frame();
    weirFrame = ByteBufAllocator.DEFAULT.directBuffer(kafkaFrame.remaining());
    weirFrame.writeBytes(kafkaFrame.duplicate());
    if (weir() != kafka() || kafka() == 0) {
      throw new IllegalStateException("the two sides read different things");
    }
  }

  @TearDown
  public void release() {
    if (weirFrame.refCnt() != 1) {
      throw new IllegalStateException("the frame has " + weirFrame.refCnt() + " references");
    }
    weirFrame.release();
  }

  @Benchmark
  public long weir() {
    weirFrame.readerIndex(0);
    WireReader in = new WireReader(weirFrame);
    if (!(RequestHead.read(in, LAST_CLIENT_ID) instanceof RequestHeader header)
        || !(ApiMessages.readRequest(header.apiKey(), header.version(), in)
            instanceof ProduceRequest request)) {
      throw new IllegalStateException("not a Produce request");
    }
    BatchSum sum = new BatchSum(depth);
    for (ProduceRequest.Topic topic : request.topicData()) {
      for (ProduceRequest.Partition partition : topic.partitionData()) {
        if (partition.records() instanceof BufferRecords batches) {
          BatchReader.forEachBatch(batches, sum);
        }
      }
    }
    request.releaseRecords();
    return sum.sum;
  }

  @Benchmark
  public long kafka() {
    kafkaFrame.rewind();
    var header = org.apache.kafka.common.requests.RequestHeader.parse(kafkaFrame);
    var request =
        (org.apache.kafka.common.requests.ProduceRequest)
            AbstractRequest.parseRequest(
                    header.apiKey(), header.apiVersion(), new ByteBufferAccessor(kafkaFrame))
                .request;
    long sum = 0;
    for (TopicProduceData topic : request.data().topicData()) {
      for (PartitionProduceData partition : topic.partitionData()) {
        for (MutableRecordBatch batch : ((MemoryRecords) partition.records()).batches()) {
          sum +=
              batch.magic()
                  + batch.sizeInBytes()
                  + batch.compressionType().id
                  + (batch.isTransactional() ? 1 : 0);
          if (depth == Depth.RECORDS) {
            for (Record entry : batch) {
              sum += entry.offset() + entry.timestamp() + entry.keySize() + entry.valueSize();
            }
          }
        }
      }
    }
    return sum;
  }

  private ByteBuffer frame() {
    List<PartitionProduceData> partitions = new ArrayList<>();
    for (int i = 0; i < load.partitions(); i++) {
      partitions.add(
          new PartitionProduceData()
              .setIndex(i)
              .setRecords(KafkaBatches.batch(load.batchBytes(), recordBytes)));
    }
    TopicProduceDataCollection topics = new TopicProduceDataCollection();
    topics.add(
        new TopicProduceData()
            .setName(version < 13 ? TOPIC : "")
            .setTopicId(version < 13 ? Uuid.ZERO_UUID : TOPIC_ID)
            .setPartitionData(partitions));
    ProduceRequestData data =
        new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000).setTopicData(topics);
    return new org.apache.kafka.common.requests.ProduceRequest(data, version)
        .serializeWithHeader(
            new org.apache.kafka.common.requests.RequestHeader(
                ApiKeys.PRODUCE, version, CLIENT_ID, 4242));
  }

  /** The same fields of each batch as Kafka's side adds up. */
  private static final class BatchSum implements BatchReader.BatchVisitor {
    private final Depth depth;
    private long sum;

    BatchSum(Depth depth) {
      this.depth = depth;
    }

    @Override
    public void batch(ByteBuf buffer, int index) {
      sum +=
          BatchHeader.magic(buffer, index)
              + BatchHeader.sizeInBytes(buffer, index)
              + BatchHeader.compressionId(buffer, index)
              + (BatchHeader.isTransactional(buffer, index) ? 1 : 0);
      if (depth == Depth.RECORDS) {
        try (RecordCursor cursor = RecordCursor.open(buffer, index)) {
          while (cursor.next()) {
            sum += cursor.offset() + cursor.timestampMs() + cursor.keySize() + cursor.valueSize();
          }
        }
      }
    }
  }
}
