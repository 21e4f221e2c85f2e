package io.weir.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.coordinator.transaction.TransactionMarker;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.MarkerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Where markers go from node 1: partition 0 is led here, 1 by node 2, 2 by a node that is away. */
class MarkersToLeadersTest {
  private static final TransactionMarker MARKER =
      new TransactionMarker("tx", 42, (short) 3, 7, false, true);

  private final List<MarkerRequest> here = new ArrayList<>();
  private final List<String> there = new ArrayList<>();
  private final List<String> offsets = new ArrayList<>();
  private ErrorCode peerSays = ErrorCode.NONE;

  private final TransactionPeers peers =
      new TransactionPeers() {
        @Override
        public CompletableFuture<ErrorCode> write(BrokerImage leader, PartitionMarker marker) {
          there.add(leader.id() + " " + marker.partition());
          return CompletableFuture.completedFuture(peerSays);
        }

        @Override
        public CompletableFuture<ErrorCode> ask(BrokerImage node, PartitionQuestion question) {
          throw new AssertionError("nothing is asked");
        }
      };
  private final MarkersToLeaders markers =
      new MarkersToLeaders(
          1,
          MarkersToLeadersTest::image,
          new MarkerWriter(
              here::add,
              (partition, producerId, commit) ->
                  offsets.add(partition + " of " + producerId + " " + commit)),
          peers);

  @Test
  void whatThisNodeLeadsIsWrittenHere() {
    CompletableFuture<ErrorCode> result = write("orders", 0);
    assertThat(result).isNotDone();

    here.getFirst().onResult().accept(ErrorCode.NONE);

    assertThat(result).isCompletedWithValue(ErrorCode.NONE);
    assertThat(there).isEmpty();
    assertThat(offsets).isEmpty();
  }

  @Test
  void aMarkerThatRaisesTheEpochIsWrittenAsOneAlsoWhereItEndsOffsets() {
    var _ = write("orders", 0);
    var _ = write(TopicNames.CONSUMER_OFFSETS, 0);

    assertThat(here).hasSize(2).allMatch(MarkerRequest::raisesEpoch);
  }

  @Test
  void whatAnotherLeadsIsSentToIt() {
    assertThat(write("orders", 1)).isCompletedWithValue(ErrorCode.NONE);

    assertThat(there).containsExactly("2 " + new TopicPartition("orders", 1));
    assertThat(here).isEmpty();
  }

  @Test
  void withoutALeaderItIsTriedLater() {
    assertThat(write("orders", 2)).isCompletedWithValue(ErrorCode.LEADER_NOT_AVAILABLE);
  }

  @Test
  void onlyTheMetadataSayThatAPartitionIsDeleted() {
    peerSays = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    assertThat(write("orders", 1)).isCompletedWithValue(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertThat(write("deleted", 0)).isCompletedWithValue(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  }

  @Test
  void offsetsOfATransactionGoWithItsMarkerBeforeTheCoordinatorHearsOfIt() {
    List<String> seen = new ArrayList<>();
    var _ = write(TopicNames.CONSUMER_OFFSETS, 0).thenAccept(result -> seen.addAll(offsets));

    here.getFirst().onResult().accept(ErrorCode.NONE);

    assertThat(seen).containsExactly("0 of 42 false");
  }

  @Test
  void aMarkerThatWasRefusedEndsNoOffsets() {
    CompletableFuture<ErrorCode> result = write(TopicNames.CONSUMER_OFFSETS, 0);

    here.getFirst().onResult().accept(ErrorCode.NOT_ENOUGH_REPLICAS);

    assertThat(result).isCompletedWithValue(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(offsets).isEmpty();
  }

  private CompletableFuture<ErrorCode> write(String topic, int partition) {
    return markers.write(MARKER, new TopicPartition(topic, partition));
  }

  private static MetadataImage image() {
    return MetadataImage.emptyOf("a-cluster")
        .with(
            1,
            List.of(
                new MetadataRecord.Brokers(1, List.of(node(1), node(2))),
                new MetadataRecord.TopicWritten(topic("orders")),
                new MetadataRecord.TopicWritten(topic(TopicNames.CONSUMER_OFFSETS))));
  }

  private static TopicImage topic(String name) {
    return new TopicImage(
        UUID.randomUUID(), name, Map.of(), List.of(led(0, 1), led(1, 2), led(2, 3)));
  }

  private static PartitionImage led(int partition, int leader) {
    return new PartitionImage(partition, List.of(leader), List.of(leader), leader, 1, 1);
  }

  private static BrokerImage node(int id) {
    return new BrokerImage(id, id, List.of(), new HostAndPort("host" + id, 9100), null);
  }
}
