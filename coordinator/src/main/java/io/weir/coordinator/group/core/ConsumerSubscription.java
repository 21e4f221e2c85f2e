package io.weir.coordinator.group.core;

import io.netty.buffer.Unpooled;
import io.weir.protocol.message.ConsumerProtocolSubscription;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a member of a consumer group says in its metadata; the group itself does not need to know.
 * Stateless.
 */
final class ConsumerSubscription {
  private ConsumerSubscription() {}

  /** Whether the member reads the topic; words that cannot be understood may mean any topic. */
  static boolean mayInclude(ByteBuffer metadata, String topic) {
    try {
      WireReader in = new WireReader(Unpooled.wrappedBuffer(metadata));
      int version = in.readInt16();
      // A newer version has what the older ones have, and more behind it.
      List<String> topics =
          ConsumerProtocolSubscription.read(
                  in, Math.min(version, ConsumerProtocolSubscription.MAX_VERSION))
              .topics();
      return topics.contains(topic);
    } catch (MalformedMessageException e) {
      return true;
    }
  }
}
