package io.weir.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaOptionsTest {
  private static final String CACHES = "weir.aot.caches";

  @TempDir Path dir;

  @AfterEach
  void forgetTheCaches() {
    System.clearProperty(CACHES);
  }

  @Test
  void aCacheThatTheBuildMadeIsUsed() throws Exception {
    Path cache = Files.createFile(dir.resolve("node.aot"));
    System.setProperty(CACHES, dir.toString());
    assertThat(JavaOptions.ofNode().options())
        .containsExactly("-XX:AOTCache=" + cache, "-D" + CACHES + "=" + dir);
  }

  @Test
  void withoutACacheTheJvmStartsWithoutOne() {
    System.setProperty(CACHES, dir.toString());
    assertThat(JavaOptions.ofNode().options()).isEmpty();
  }

  @Test
  void withoutTheLaunchersWordNoCacheIsLookedFor() {
    assertThat(JavaOptions.ofCommand().options()).isEmpty();
  }
}
