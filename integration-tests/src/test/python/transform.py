"""An application that ConsumeTransformProduceTest starts, and kills: it consumes, turns each value round, and produces it
to the same partition of another topic, in transactions of librdkafka that hold its offsets as well. One transaction in
five it aborts, and does it again. Needs python3-confluent-kafka.

    transform.py BOOTSTRAP-SERVERS GROUP INPUT-TOPIC OUTPUT-TOPIC TRANSACTIONAL-ID
"""

import random
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer, TopicPartition

ABORTED_ONE_IN = 5
CALL_S = 60


def consumer_of(bootstrap_servers, group):
    return Consumer({
        "bootstrap.servers": bootstrap_servers,
        "group.id": group,
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "session.timeout.ms": 6000,
        "heartbeat.interval.ms": 1000,
        "reconnect.backoff.max.ms": 200,
        "partition.assignment.strategy": "range",
    })


def producer_of(bootstrap_servers, transactional_id):
    producer = Producer({
        "bootstrap.servers": bootstrap_servers,
        "transactional.id": transactional_id,
        "transaction.timeout.ms": 8000,
        "reconnect.backoff.max.ms": 200,
        "linger.ms": 0,
    })
    producer.init_transactions(CALL_S)
    return producer


def rewind(consumer):
    """Goes back to what is committed."""
    assignment = consumer.assignment()
    if assignment:
        for partition in consumer.committed(assignment, CALL_S):
            if partition.offset < 0:
                partition.offset = OFFSET_BEGINNING
            consumer.seek(partition)


def retried(call, *arguments):
    while True:
        try:
            return call(*arguments)
        except KafkaException as e:
            if not e.args[0].retriable():
                raise
            print("again:", e, flush=True)


def transform(consumer, producer, records, output):
    """One transaction."""
    producer.begin_transaction()
    offsets = {}
    for record in records:
        producer.produce(output, key=record.key(), value=record.value()[::-1], partition=record.partition())
        offsets[record.topic(), record.partition()] = record.offset() + 1
    positions = [TopicPartition(topic, partition, offset) for (topic, partition), offset in offsets.items()]
    retried(producer.send_offsets_to_transaction, positions, consumer.consumer_group_metadata(), CALL_S)
    if random.randrange(ABORTED_ONE_IN) == 0:
        producer.flush(CALL_S)
        retried(producer.abort_transaction, CALL_S)
        rewind(consumer)
    else:
        retried(producer.commit_transaction, CALL_S)


def main():
    bootstrap_servers, group, source, output, transactional_id = sys.argv[1:]
    consumer = consumer_of(bootstrap_servers, group)
    consumer.subscribe([source])
    producer = producer_of(bootstrap_servers, transactional_id)
    while True:
        records = [record for record in consumer.consume(500, 0.1) if not record.error()]
        if not records:
            continue
        try:
            transform(consumer, producer, records, output)
        except KafkaException as e:
            print("aborts:", e, flush=True)
            try:
                if not e.args[0].txn_requires_abort():
                    raise
                retried(producer.abort_transaction, CALL_S)
            except KafkaException as fatal:
                print("a new producer is needed:", fatal, flush=True)
                producer = producer_of(bootstrap_servers, transactional_id)
            rewind(consumer)


main()
