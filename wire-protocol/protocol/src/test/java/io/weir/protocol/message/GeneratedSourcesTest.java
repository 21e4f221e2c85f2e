package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated sources are held to what those by hand are held to. */
final class GeneratedSourcesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "."), "target", "generated-sources", "messages");

  @Test
  void linesFit() throws IOException {
    for (Path file : files()) {
      assertThat(Files.readAllLines(file)).as("%s", file).allMatch(line -> line.length() <= 100);
    }
  }

  @Test
  void neitherTheCompilerNorItsCheckOfDocumentationHasAnythingToSay(@TempDir Path classes)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  complaints,
                  manager,
                  null,
                  List.of(
                      "-proc:none",
                      "-Xlint:all,-classfile,-path",
                      "-Xdoclint:all,-missing",
                      "-Werror",
                      "-d",
                      classes.toString()),
                  null,
                  manager.getJavaFileObjectsFromPaths(files()))
              .call();
      assertThat(complaints.toString()).isEmpty();
      assertThat(compiled).isTrue();
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
