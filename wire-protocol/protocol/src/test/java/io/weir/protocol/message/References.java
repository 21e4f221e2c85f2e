package io.weir.protocol.message;

import io.weir.protocol.message.Codec.Versioned;

/** The releases of Kafka that ours is compared with: the newer one in the versions that it has. */
final class References {
  static final Reference NEW = new KafkaReference();
  static final Reference OLD = OldKafka.load();

  private References() {}

  static Reference of(Versioned versioned) {
    if (NEW.has(versioned.message(), versioned.version())) {
      return NEW;
    }
    if (OLD.has(versioned.message(), versioned.version())) {
      return OLD;
    }
    throw new AssertionError("no Kafka has " + versioned);
  }

  /** A mark on what only the older one has. */
  static String nameOf(Versioned versioned) {
    return NEW.has(versioned.message(), versioned.version()) ? "" : " (3.9)";
  }
}
