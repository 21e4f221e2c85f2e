package io.weir.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/**
 * Measures how long a group of 10 members over 900 partitions takes, when one is added, until every
 * partition has its owner and every member its even share: with each protocol, on one node of
 * Apache Kafka and on one of weir, in turns. Its name keeps it out of the tests that run by
 * themselves; by hand:
 *
 * <pre>
 * ./weir test -pl integration-tests -am -Dtest=RebalanceBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * <p>{@code -Dbench.rounds=N}, default 5; {@code
 * -Dbench.protocols=range,cooperative-sticky,consumer}; {@code -Dbench.brokers=kafka,weir}. Both
 * brokers run with their defaults, without the initial delay.
 */
class RebalanceBenchmark {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
  private static final int MEMBERS = 10;
  private static final int PARTITIONS = 900;
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(120);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final List<String> BROKERS = list("bench.brokers", "kafka,weir");
  private static final List<String> PROTOCOLS =
      list("bench.protocols", "range,cooperative-sticky,consumer");

  private static List<String> list(String property, String otherwise) {
    return List.of(System.getProperty(property, otherwise).split(","));
  }

  @Test
  void addsAMemberToTen() throws InterruptedException {
    Map<String, List<Result>> results = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<String> brokers = round % 2 == 0 ? BROKERS : BROKERS.reversed();
      for (String broker : brokers) {
        measure(broker, results);
      }
    }
    print(results);
  }

  private static void measure(String broker, Map<String, List<Result>> results)
      throws InterruptedException {
    if (broker.equals("kafka")) {
      try (ApacheKafka kafka = ApacheKafka.start("512m", Map.of())) {
        measure(broker, kafka.bootstrapServers(), results);
      }
    } else {
      try (LocalCluster weir = LocalCluster.start(1, "512m", Map.of())) {
        measure(broker, weir.bootstrapServers(), results);
      }
    }
  }

  private static void measure(
      String broker, String bootstrapServers, Map<String, List<Result>> results)
      throws InterruptedException {
    // The first rebalance of each protocol warms up node and clients, and does not count.
    for (String protocol : PROTOCOLS) {
      for (boolean counts : new boolean[] {false, true}) {
        Result result = addAMember(bootstrapServers, protocol);
        System.out.printf(
            "%s, %s%s: all assigned after %d ms, longest without an owner %d ms%n",
            broker, protocol, counts ? "" : " (warm-up)", result.assignedMs, result.ownerlessMs);
        if (counts) {
          results.computeIfAbsent(broker + " " + protocol, _ -> new ArrayList<>()).add(result);
        }
      }
    }
  }

  private static Result addAMember(String bootstrapServers, String protocol)
      throws InterruptedException {
    String topic = "rebalance-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers);
    try (Admin admin = Admin.create(settings)) {
      LocalCluster.get(
          admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all());
    }
    Ownership ownership = new Ownership();
    List<Member> members = new ArrayList<>();
    try {
      for (int i = 0; i < MEMBERS; i++) {
        members.add(Member.start(bootstrapServers, protocol, topic, ownership));
      }
      ownership.awaitEven(MEMBERS);
      long startNs = ownership.startMeasuring();
      members.add(Member.start(bootstrapServers, protocol, topic, ownership));
      long endNs = ownership.awaitEven(MEMBERS + 1);
      return new Result(
          TimeUnit.NANOSECONDS.toMillis(endNs - startNs),
          TimeUnit.NANOSECONDS.toMillis(ownership.longestOwnerlessNs()));
    } finally {
      members.forEach(Member::stop);
      for (Member member : members) {
        member.awaitEnd();
      }
    }
  }

  private static void print(Map<String, List<Result>> results) {
    System.out.printf(
        "%n| protocol | broker | all assigned, ms: median | lowest | highest | longest without an"
            + " owner, ms: median |%n|---|---|---:|---:|---:|---:|%n");
    for (String protocol : PROTOCOLS) {
      for (String broker : BROKERS) {
        List<Result> rounds = results.getOrDefault(broker + " " + protocol, List.of());
        long[] assigned = rounds.stream().mapToLong(Result::assignedMs).sorted().toArray();
        long[] ownerless = rounds.stream().mapToLong(Result::ownerlessMs).sorted().toArray();
        System.out.printf(
            "| %s | %s | %d | %d | %d | %d |%n",
            protocol,
            broker.equals("kafka") ? "Apache Kafka" : broker,
            median(assigned),
            LongStream.of(assigned).min().orElse(-1),
            LongStream.of(assigned).max().orElse(-1),
            median(ownerless));
      }
    }
  }

  private static long median(long[] sorted) {
    return sorted.length == 0 ? -1 : sorted[sorted.length / 2];
  }

  private record Result(long assignedMs, long ownerlessMs) {}

  /** Who has which partition, by what the listeners are told. Thread-safe by its monitor. */
  private static final class Ownership {
    private final Map<TopicPartition, Member> owners = new HashMap<>();
    private final Map<TopicPartition, Long> ownerlessSinceNs = new HashMap<>();
    private long longestOwnerlessNs;

    synchronized void assigned(Member member, Collection<TopicPartition> partitions) {
      long nowNs = System.nanoTime();
      for (TopicPartition partition : partitions) {
        owners.put(partition, member);
        Long sinceNs = ownerlessSinceNs.remove(partition);
        if (sinceNs != null) {
          longestOwnerlessNs = Math.max(longestOwnerlessNs, nowNs - sinceNs);
        }
      }
      notifyAll();
    }

    synchronized void revoked(Member member, Collection<TopicPartition> partitions) {
      long nowNs = System.nanoTime();
      for (TopicPartition partition : partitions) {
        if (owners.remove(partition, member)) {
          ownerlessSinceNs.put(partition, nowNs);
        }
      }
    }

    synchronized long startMeasuring() {
      longestOwnerlessNs = 0;
      return System.nanoTime();
    }

    synchronized long longestOwnerlessNs() {
      return longestOwnerlessNs;
    }

    /** Waits until so many members share all partitions evenly; returns when that was. */
    synchronized long awaitEven(int members) throws InterruptedException {
      long startNs = System.nanoTime();
      while (!isEven(members)) {
        long leftNs = startNs + LIMIT_NS - System.nanoTime();
        if (leftNs <= 0) {
          throw new AssertionError("only " + owners.size() + " partitions have an owner");
        }
        TimeUnit.NANOSECONDS.timedWait(this, leftNs);
      }
      return System.nanoTime();
    }

    private boolean isEven(int members) {
      if (owners.size() < PARTITIONS) {
        return false;
      }
      Map<Member, Integer> shares = new HashMap<>();
      owners.values().forEach(member -> shares.merge(member, 1, Integer::sum));
      int least = PARTITIONS / members;
      return shares.size() == members
          && shares.values().stream().allMatch(share -> share == least || share == least + 1);
    }
  }

  /** A member, on its own thread. */
  private static final class Member implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Ownership ownership;
    private final Thread thread = Thread.ofPlatform().daemon().name("member").unstarted(this::run);
    private volatile boolean stopped;

    private Member(Properties settings, String topic, Ownership ownership) {
      this.consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.topic = topic;
      this.ownership = ownership;
    }

    static Member start(
        String bootstrapServers, String protocol, String topic, Ownership ownership) {
      Properties settings = new Properties();
      settings.put("bootstrap.servers", bootstrapServers);
      settings.put("group.id", topic);
      settings.put("enable.auto.commit", "false");
      settings.put("group.protocol", protocol.equals("consumer") ? "consumer" : "classic");
      if (!protocol.equals("consumer")) {
        settings.put(
            "partition.assignment.strategy",
            (protocol.equals("range") ? RangeAssignor.class : CooperativeStickyAssignor.class)
                .getName());
      }
      Member member = new Member(settings, topic, ownership);
      member.thread.start();
      return member;
    }

    private void run() {
      try (consumer) {
        consumer.subscribe(Set.of(topic), this);
        while (!stopped) {
          consumer.poll(POLL);
        }
      }
    }

    void stop() {
      stopped = true;
    }

    void awaitEnd() throws InterruptedException {
      thread.join();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      ownership.assigned(this, new HashSet<>(partitions));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      ownership.revoked(this, new HashSet<>(partitions));
    }
  }
}
