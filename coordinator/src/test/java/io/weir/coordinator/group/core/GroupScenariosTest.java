package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.coordinator.ScenarioFiles;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stories in {@code scenarios/group}, in the language of {@link GroupScenario}. */
class GroupScenariosTest {
  private static final String KIND = "group";

  static List<String> stories() {
    return ScenarioFiles.of(KIND);
  }

  @ParameterizedTest
  @MethodSource("stories")
  void story(String name) {
    ScenarioFiles.tell(KIND, name, new GroupScenario()::tell);
  }

  @Test
  void aLineThatMeansNothingFails() {
    GroupScenario scenario = new GroupScenario();
    scenario.tell(List.of("member", "m1"));
    for (String line :
        List.of("m1 dances", "m2 join", "expect m1 join", "log", "transaction 7 ends")) {
      assertThatThrownBy(() -> scenario.tell(List.of(line.split(" ", -1))))
          .as(line)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("means nothing");
    }
  }
}
