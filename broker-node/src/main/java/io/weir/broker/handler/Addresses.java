package io.weir.broker.handler;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataImage;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where clients of one listener reach the nodes: a client is told the addresses of the listener
 * that it came through.
 */
final class Addresses {
  private Addresses() {}

  static @Nullable EndPoint of(@Nullable BrokerImage broker, String listenerName) {
    if (broker != null) {
      for (EndPoint endPoint : broker.endPoints()) {
        if (endPoint.listener().equals(listenerName)) {
          return endPoint;
        }
      }
    }
    return null;
  }

  /** Something for each live node that the listener's clients can reach. */
  static <T> List<T> ofAll(
      MetadataImage image, String listenerName, BiFunction<BrokerImage, EndPoint, T> make) {
    return image.brokers().values().stream()
        .flatMap(broker -> {
          EndPoint endPoint = of(broker, listenerName);
          return endPoint == null ? Stream.empty() : Stream.of(make.apply(broker, endPoint));
        })
        .toList();
  }

  /** Id of the controller, or -1 when it is not known to be alive. */
  static int controller(MetadataImage image) {
    return image.isLive(image.controllerId()) ? image.controllerId() : -1;
  }
}
