package io.weir.coordinator.transaction.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.coordinator.ScenarioFiles;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stories in {@code scenarios/transaction}, in the language of {@link TransactionScenario}. */
class TransactionScenariosTest {
  private static final String KIND = "transaction";

  static List<String> stories() {
    return ScenarioFiles.of(KIND);
  }

  @ParameterizedTest
  @MethodSource("stories")
  void story(String name) {
    TransactionScenario scenario = new TransactionScenario();
    ScenarioFiles.tell(KIND, name, scenario::tell);
    scenario.end();
  }

  @Test
  void aLineThatMeansNothingFails() {
    TransactionScenario scenario = new TransactionScenario();
    scenario.tell(List.of("producer", "p1", "of", "tx", "version", "2"));
    for (String line :
        List.of("p1 dances", "p2 init", "hold breath", "expect p1 init", "log", "expect tx well")) {
      assertThatThrownBy(() -> scenario.tell(List.of(line.split(" ", -1))))
          .as(line)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("means nothing");
    }
  }

  @Test
  void anExpectationThatIsNotMetFails() {
    TransactionScenario scenario = new TransactionScenario();
    scenario.tell(List.of("producer", "p1", "of", "tx", "version", "2"));
    for (String line : List.of("p1 commit", "expect p1 init PRODUCER_FENCED", "expect read a x")) {
      assertThatThrownBy(() -> scenario.tell(List.of(line.split(" ", -1))))
          .as(line)
          .isInstanceOf(AssertionError.class);
    }
  }
}
