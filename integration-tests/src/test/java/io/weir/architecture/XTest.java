package io.weir.architecture;

import org.junit.jupiter.api.Test;

class XTest {
  @Test
  void a() {}
}
