package io.weir.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The inputs that are kept in the repository, in {@code src/test/corpus}. Stateless but for those
 * files. Of each target there are two: {@code NAME.hex} are inputs that together reach all that is
 * known to be reachable, made anew by each long run; {@code NAME.findings.hex} are inputs that have
 * once shown a defect, each with a comment, and only grow. Both have an input in a line, in hex.
 */
final class Corpus {
  private static final Path FOLDER = Path.of("src", "test", "corpus");
  private static final HexFormat HEX = HexFormat.of();

  private Corpus() {}

  /** All inputs that are kept of a target. */
  static List<byte[]> kept(Target target) {
    List<byte[]> kept = new ArrayList<>(read(findings(target)));
    kept.addAll(read(FOLDER.resolve(target + ".hex")));
    return kept;
  }

  static Path findings(Target target) {
    return FOLDER.resolve(target + ".findings.hex");
  }

  /** Replaces what is kept, findings aside, by the files of a folder, in a fixed order. */
  static void replace(Target target, Path folder) {
    List<String> lines =
        files(folder).stream().map(file -> HEX.formatHex(bytes(file))).distinct().sorted().toList();
    try {
      Files.write(FOLDER.resolve(target + ".hex"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds an input that has shown a defect. */
  static void addFinding(Target target, byte[] input, String comment) {
    try {
      List<String> lines =
          new ArrayList<>(
              Files.exists(findings(target)) ? Files.readAllLines(findings(target)) : List.of());
      if (!lines.contains(HEX.formatHex(input))) {
        lines.add("# " + comment);
        lines.add(HEX.formatHex(input));
        Files.write(findings(target), lines);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes inputs as the fuzzer wants them: each in a file named for its content. */
  static void unpack(List<byte[]> inputs, Path folder) {
    try {
      Files.createDirectories(folder);
      for (byte[] input : inputs) {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(input);
        Files.write(folder.resolve(HEX.formatHex(digest)), input);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The files of a folder by name. */
  static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> read(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> !line.startsWith("#")).map(HEX::parseHex).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
