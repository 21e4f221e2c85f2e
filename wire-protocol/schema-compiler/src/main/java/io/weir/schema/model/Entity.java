package io.weir.schema.model;

import java.util.Arrays;
import java.util.Optional;

/** What a field identifies, and with which type it does so. */
public enum Entity {
  BROKER_ID("brokerId", Primitive.INT32),
  GROUP_ID("groupId", Primitive.STRING),
  MEMBER_ID("memberId", Primitive.STRING),
  PRODUCER_ID("producerId", Primitive.INT64),
  TOPIC_NAME("topicName", Primitive.STRING),
  TOPIC_ID("topicId", Primitive.UUID),
  TRANSACTIONAL_ID("transactionalId", Primitive.STRING),
  /** An error where error replies put theirs, though it is not called {@code errorCode}. */
  ERROR_CODE("errorCode", Primitive.ERROR),
  /** The words that go with an error; error replies put theirs here. */
  ERROR_MESSAGE("errorMessage", Primitive.STRING);

  private final String word;
  private final Primitive type;

  Entity(String word, Primitive type) {
    this.word = word;
    this.type = type;
  }

  public Primitive type() {
    return type;
  }

  public static Optional<Entity> named(String word) {
    return Arrays.stream(values()).filter(entity -> entity.word.equals(word)).findFirst();
  }

  /** Its name in definitions. */
  @Override
  public String toString() {
    return word;
  }
}
