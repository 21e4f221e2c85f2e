package io.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits for what the members of a group process, as their journal tells. Immutable.
 *
 * @param partitions of the topic
 * @param patience after which waiting fails
 */
record GroupProgress(GroupJournal journal, String topic, int partitions, Duration patience) {

  void awaitMoreProcessed(long records) {
    long target = journal.processedCount() + records;
    await(records + " more records processed")
        .atMost(patience)
        .until(() -> journal.processedCount() >= target);
  }

  /** Waits until every acknowledged record was processed. */
  void awaitAllProcessed(Ledger ledger) {
    assertThat(ledger.failures()).as("failed sends").isEmpty();
    await("all records processed")
        .atMost(patience)
        .untilAsserted(() -> {
          for (int partition = 0; partition < partitions; partition++) {
            assertThat(journal.firstUnprocessed(new TopicPartition(topic, partition)))
                .as("first offset of partition %d that nobody processed", partition)
                .isEqualTo(ledger.acknowledged(partition).size());
          }
        });
  }
}
