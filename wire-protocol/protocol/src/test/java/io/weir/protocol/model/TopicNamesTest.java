package io.weir.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"orders", "a", "A.b_c-9", "...", "__consumer_offsets"})
  void mayBe(String name) {
    assertThat(TopicNames.refusal(name)).isNull();
    assertThat(TopicNames.isValid(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä", "a\n", "\u0000"})
  void mayNotBe(String name) {
    assertThat(TopicNames.refusal(name)).startsWith("a topic");
    assertThat(TopicNames.isValid(name)).isFalse();
  }

  @Test
  void mayBeSoLongButNotLonger() {
    assertThat(TopicNames.isValid("x".repeat(249))).isTrue();
    assertThat(TopicNames.isValid("x".repeat(250))).isFalse();
  }

  @Test
  void theClustersOwnTopicsAreInternal() {
    assertThat(TopicNames.isInternal(TopicNames.CONSUMER_OFFSETS)).isTrue();
    assertThat(TopicNames.isInternal("__mine")).isFalse();
  }
}
