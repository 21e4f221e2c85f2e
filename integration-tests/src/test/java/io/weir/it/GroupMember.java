package io.weir.it;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group, on a thread of its own, which processes records at least once and tells a
 * {@link GroupJournal}. It commits what it gives back. {@link #leave}, {@link #kill} and {@link
 * #pause} may be called from any thread, and take effect before its next poll.
 */
final class GroupMember {
  private static final Duration POLL = Duration.ofMillis(100);

  private enum Wish {
    RUN,
    PAUSE,
    LEAVE,
    DIE
  }

  private final String name;
  private final String topic;
  private final GroupJournal journal;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
  private volatile Wish wish = Wish.RUN;
  private volatile Runnable beforeGivingBack = () -> {};
  private volatile CountDownLatch resumed = new CountDownLatch(0);
  private volatile @Nullable Throwable failure;

  private GroupMember(String name, Properties settings, String topic, GroupJournal journal) {
    this.name = name;
    this.topic = topic;
    this.journal = journal;
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Starts a member that subscribes to one topic. */
  static GroupMember start(String name, Properties settings, String topic, GroupJournal journal) {
    Properties own = new Properties();
    own.putAll(settings);
    own.put("client.id", name);
    own.put("enable.auto.commit", "false");
    own.put("auto.offset.reset", "earliest");
    own.put("allow.auto.create.topics", "false");
    GroupMember member = new GroupMember(name, own, topic, journal);
    member.thread.start();
    return member;
  }

  String name() {
    return name;
  }

  /** What ended it other than a wish, or null. */
  @Nullable Throwable failure() {
    return failure;
  }

  boolean isPaused() {
    return wish == Wish.PAUSE;
  }

  /** Runs this on the member's thread each time the group takes partitions from it. */
  void beforeGivingBack(Runnable action) {
    beforeGivingBack = action;
  }

  /** It commits, gives everything back, says that it leaves, and ends. */
  void leave() {
    wish = Wish.LEAVE;
  }

  /** It ends without a word: the group has to find out by its session's time-out. */
  void kill() {
    wish = Wish.DIE;
  }

  /** It polls no more until {@link #resume}. */
  void pause() {
    resumed = new CountDownLatch(1);
    wish = Wish.PAUSE;
  }

  void resume() {
    wish = Wish.RUN;
    resumed.countDown();
  }

  boolean awaitEnd(Duration limit) {
    try {
      return thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  // ------------------------------------------------------------------------------- its thread

  private void run() {
    boolean dead = false;
    try {
      consumer.subscribe(List.of(topic), new Listener());
      while (wish == Wish.RUN || wish == Wish.PAUSE) {
        if (wish == Wish.PAUSE) {
          sitOut();
        }
        process(consumer.poll(POLL));
      }
      dead = wish == Wish.DIE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException | IllegalStateException e) {
      failure = e;
    } finally {
      end(dead);
    }
  }

  private void end(boolean dead) {
    try {
      if (dead) {
        journal.expelled(name);
        consumer.close(
            CloseOptions.groupMembershipOperation(
                    CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP)
                .withTimeout(Duration.ZERO));
      } else {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(20)));
      }
    } catch (KafkaException e) {
      if (!dead && failure == null) {
        failure = e;
      }
    }
  }

  private void sitOut() throws InterruptedException {
    journal.expelled(name);
    resumed.await();
  }

  private void process(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty()) {
      return;
    }
    int generation = consumer.groupMetadata().generationId();
    records.forEach(record -> {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      journal.processed(name, generation, partition, record.offset());
      uncommitted.put(partition, new OffsetAndMetadata(record.offset() + 1));
    });
    consumer.commitAsync(Map.copyOf(uncommitted), (_, _) -> {});
  }

  /** Commits what was processed of these partitions, and forgets them. */
  private boolean commit(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata offset = uncommitted.remove(partition);
      if (offset != null) {
        offsets.put(partition, offset);
      }
    }
    try {
      if (!offsets.isEmpty()) {
        consumer.commitSync(offsets, Duration.ofSeconds(20));
      }
      return true;
    } catch (WakeupException e) {
      throw e;
    } catch (KafkaException e) {
      return false;
    }
  }

  private final class Listener implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      journal.assigned(name, consumer.groupMetadata().generationId(), partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (wish == Wish.DIE) {
        return;
      }
      if (!partitions.isEmpty()) {
        beforeGivingBack.run();
      }
      boolean committed = commit(partitions);
      journal.revoked(name, partitions, committed);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      partitions.forEach(uncommitted::remove);
      journal.lost(name, partitions);
    }
  }
}
