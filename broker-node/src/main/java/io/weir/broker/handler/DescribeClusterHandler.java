package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.DescribeClusterRequest;
import io.weir.protocol.message.DescribeClusterResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.function.Supplier;

/**
 * DescribeCluster, versions 0 to 2. Controllers are nodes like the others here, so asking for them
 * alone is refused.
 */
public final class DescribeClusterHandler implements ApiHandler<DescribeClusterRequest> {
  private static final byte BROKERS = 1;
  private static final byte CONTROLLERS = 2;

  private final Supplier<MetadataImage> metadata;

  public DescribeClusterHandler(Supplier<MetadataImage> metadata) {
    this.metadata = metadata;
  }

  @Override
  public void handle(DescribeClusterRequest request, RequestContext context) {
    if (request.endpointType() != BROKERS) {
      ErrorCode error =
          request.endpointType() == CONTROLLERS
              ? ErrorCode.MISMATCHED_ENDPOINT_TYPE
              : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE;
      context.answer(
          request.errorResponse(error, "this listener tells of nodes that serve clients"));
      return;
    }
    MetadataImage image = metadata.get();
    context.answer(
        DescribeClusterResponse.builder()
            .clusterId(image.clusterId())
            .controllerId(Addresses.controller(image))
            .brokers(
                Addresses.ofAll(
                    image,
                    context.listenerName(),
                    (broker, at) ->
                        DescribeClusterResponse.Broker.builder()
                            .brokerId(broker.id())
                            .host(at.host())
                            .port(at.port())
                            .rack(broker.rack())
                            .build()))
            .build());
  }
}
