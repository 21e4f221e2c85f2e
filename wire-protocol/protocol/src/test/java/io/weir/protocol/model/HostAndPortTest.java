package io.weir.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostAndPortTest {
  @ParameterizedTest
  @ValueSource(strings = {"localhost:9092", "10.0.0.1:0", "[::1]:65535"})
  void isReadAsItIsPrinted(String text) {
    assertThat(HostAndPort.parse(text)).hasToString(text);
  }

  @Test
  void anAddressOfVersionSixHasNoBracketsInside() {
    assertThat(HostAndPort.parse("[fe80::1]:80")).isEqualTo(new HostAndPort("fe80::1", 80));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", ":9092", "host:", "host:x", "host:65536", "host:-1", "::1:80"})
  void nonsenseIsRefusedWithWords(String text) {
    assertThatThrownBy(() -> HostAndPort.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".+");
  }
}
