package io.weir.coordinator.group;

import io.weir.coordinator.group.core.OffsetTransaction;
import io.weir.coordinator.group.core.Write;
import io.weir.coordinator.state.EncodedRecord;
import io.weir.coordinator.state.ProducerStamp;
import io.weir.coordinator.state.StateEncoding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The writes of groups as records of {@code __consumer_offsets}. Stateless. */
final class GroupEncoding implements StateEncoding<Write> {
  @Override
  public List<EncodedRecord> encode(Write write) {
    return write.records().stream().map(OffsetsTopicCodec::encode).toList();
  }

  @Override
  public @Nullable ProducerStamp stampOf(Write write) {
    OffsetTransaction transaction = write.transaction();
    return transaction == null
        ? null
        : new ProducerStamp(
            transaction.producerId(), transaction.producerEpoch(), transaction.guard());
  }
}
