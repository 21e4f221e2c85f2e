package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.ProduceCommand.LineRecord;
import org.junit.jupiter.api.Test;

class ProduceCommandTest {
  @Test
  void withoutASeparatorTheWholeLineIsTheValue() {
    assertThat(LineRecord.parse("a:b", null)).isEqualTo(new LineRecord(null, "a:b"));
  }

  @Test
  void theFirstSeparatorDividesKeyAndValue() {
    assertThat(LineRecord.parse("a::b::c", "::")).isEqualTo(new LineRecord("a", "b::c"));
    assertThat(LineRecord.parse("::b", "::")).isEqualTo(new LineRecord("", "b"));
  }

  @Test
  void aLineWithoutTheSeparatorHasNoKey() {
    assertThat(LineRecord.parse("plain", ":")).isEqualTo(new LineRecord(null, "plain"));
  }
}
