package io.weir.coordinator.group.core;

import io.netty.buffer.Unpooled;
import io.weir.protocol.message.ConsumerProtocolSubscription;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer says in the metadata that it joins a classic group with. Immutable.
 *
 * @param version in which it speaks, at most the newest that is known here
 */
record ConsumerSubscription(int version, ConsumerProtocolSubscription words) {
  /** Null when the metadata cannot be understood. */
  static @Nullable ConsumerSubscription read(ByteBuffer metadata) {
    try {
      WireReader in = new WireReader(Unpooled.wrappedBuffer(metadata));
      // A newer version has what the older ones have, and more behind it.
      int version = Math.min(in.readInt16(), ConsumerProtocolSubscription.MAX_VERSION);
      return version < 0
          ? null
          : new ConsumerSubscription(version, ConsumerProtocolSubscription.read(in, version));
    } catch (MalformedMessageException e) {
      return null;
    }
  }

  /** Whether the member reads the topic; words that cannot be understood may mean any topic. */
  static boolean mayInclude(ByteBuffer metadata, String topic) {
    ConsumerSubscription subscription = read(metadata);
    return subscription == null || subscription.topics().contains(topic);
  }

  List<String> topics() {
    return words.topics();
  }
}
