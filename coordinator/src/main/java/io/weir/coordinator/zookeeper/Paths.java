package io.weir.coordinator.zookeeper;

import io.weir.coordinator.CoordinationException;
import java.util.List;

/**
 * Where things lie in ZooKeeper; docs/decisions/0004-control-plane.md says what. Immutable.
 *
 * @param hosts the servers, as ZooKeeper's client wants them
 * @param root path of the cluster's own folder, with the chroot
 */
record Paths(String hosts, String root) {
  /**
   * @param connect {@code host:port,host:port/chroot}, the chroot being optional
   */
  static Paths of(String connect) {
    String text = connect.strip();
    int slash = text.indexOf('/');
    String hosts = slash < 0 ? text : text.substring(0, slash);
    String chroot = slash < 0 ? "" : text.substring(slash);
    while (chroot.endsWith("/")) {
      chroot = chroot.substring(0, chroot.length() - 1);
    }
    if (hosts.isEmpty() || chroot.contains("//")) {
      throw new CoordinationException(
          "zookeeper.connect is '" + connect + "': give it as host:port,host:port/chroot");
    }
    return new Paths(hosts, chroot + "/weir");
  }

  /** What must be there before anything else, parents first. */
  List<String> folders() {
    return List.of(root, controller(), brokers(), storage(), topics(), partitionStates());
  }

  String clusterId() {
    return root + "/cluster-id";
  }

  String controller() {
    return root + "/controller";
  }

  String controllerEpoch() {
    return root + "/controller-epoch";
  }

  String controllerProgress() {
    return root + "/controller-progress";
  }

  String producerIds() {
    return root + "/producer-ids";
  }

  String brokers() {
    return root + "/brokers";
  }

  String broker(int nodeId) {
    return brokers() + "/" + nodeId;
  }

  String storage() {
    return root + "/storage";
  }

  String storage(int nodeId) {
    return storage() + "/" + nodeId;
  }

  String topics() {
    return root + "/topics";
  }

  String topic(String name) {
    return topics() + "/" + name;
  }

  String partitionStates() {
    return root + "/partition-states";
  }

  String partitionStates(int bucket) {
    return partitionStates() + "/" + bucket;
  }
}
