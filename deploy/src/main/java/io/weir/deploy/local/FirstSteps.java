package io.weir.deploy.local;

/** What `weir up` prints when the cluster is ready. Stateless. */
final class FirstSteps {
  private FirstSteps() {}

  static String text(ClusterPlan plan, ClusterFolder folder) {
    String server = plan.basePort() == 9092 ? "" : " --bootstrap-server " + plan.address(1);
    return """
    weir is ready: %d node%s

      bootstrap servers   %s
      data and logs       %s

    First steps, in another terminal:
      weir topic create greetings --partitions 3%s
      echo hello | weir produce greetings%s
      weir consume greetings --from-beginning%s
      weir status%s
    """
        .formatted(
            plan.nodes(),
            plan.nodes() == 1 ? "" : "s",
            plan.bootstrapServers(),
            folder.path(),
            server,
            server,
            server,
            folder.isDefault() ? "" : " --data-dir " + folder.path());
  }
}
