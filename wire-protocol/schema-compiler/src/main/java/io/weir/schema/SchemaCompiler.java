package io.weir.schema;

import io.weir.schema.emit.JavaEmitter;
import io.weir.schema.model.SchemaException;
import io.weir.schema.parse.DefinitionParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Compiles a folder of definitions into a folder of Java sources. Files that would not change are
 * left alone, so that the Java compiler has nothing to do either; files that no definition asks for
 * are deleted.
 *
 * <p>Formatting takes most of the time. So the first line of each file ends in a digest of what was
 * emitted, and a file that has the right one is not formatted again.
 */
public final class SchemaCompiler {
  private static final String SUFFIX = ".schema";

  private static final String NOTICE =
      "// Generated from a definition in src/main/schema; do not edit. ";

  private final SourceFormatter formatter = new SourceFormatter();
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
    try {
      emitted.entrySet().parallelStream()
          .forEach(source -> write(sources.resolve(source.getKey()), source.getValue()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    deleteAllBut(emitted);
  }

  private void write(Path file, String emitted) {
    String notice = NOTICE + digest(emitted);
    try {
      if (Files.exists(file) && Files.readString(file).startsWith(notice + "\n")) {
        return;
      }
      Files.createDirectories(file.getParent());
      Files.writeString(file, notice + "\n" + formatter.format(emitted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String text) {
    CRC32C digest = new CRC32C();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) digest.getValue());
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
