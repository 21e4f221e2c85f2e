package io.weir.schema;

import io.weir.schema.emit.JavaEmitter;
import io.weir.schema.model.SchemaException;
import io.weir.schema.parse.DefinitionParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compiles a folder of definitions into a folder of Java sources. Files that would not change are
 * left alone, so that the Java compiler has nothing to do either; files that no definition asks for
 * are deleted.
 */
public final class SchemaCompiler {
  private static final String SUFFIX = ".schema";

  private final Path definitions;
  private final Path sources;

  public SchemaCompiler(Path definitions, Path sources) {
    this.definitions = definitions;
    this.sources = sources;
  }

  /** Takes the folder of definitions and the folder to write to. */
  @SuppressWarnings(
      "SystemOut") // a command of the build: its errors are for whoever runs the build
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("usage: SchemaCompiler DEFINITIONS SOURCES");
      System.exit(2);
    }
    try {
      new SchemaCompiler(Path.of(args[0]), Path.of(args[1])).compile();
    } catch (SchemaException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /**
   * Reads all definitions, then writes all sources.
   *
   * @throws SchemaException when a definition is wrong; nothing is written then
   */
  public void compile() throws IOException {
    DefinitionParser parser = new DefinitionParser();
    for (Path file : files(definitions, SUFFIX)) {
      parser.read(file.toString(), Files.readString(file));
    }
    Map<String, String> emitted = JavaEmitter.emit(parser.schema());
    for (Map.Entry<String, String> source : emitted.entrySet()) {
      write(sources.resolve(source.getKey()), source.getValue());
    }
    deleteAllBut(emitted);
  }

  private static void write(Path file, String text) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return;
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void deleteAllBut(Map<String, String> emitted) throws IOException {
    for (Path file : files(sources, ".java")) {
      if (!emitted.containsKey(sources.relativize(file).toString().replace('\\', '/'))) {
        Files.delete(file);
      }
    }
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
