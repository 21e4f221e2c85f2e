package io.weir.fuzz;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Fuzzes one target for a time, and takes what came of it into the corpus: {@code Fuzz TARGET
 * SECONDS}. Ends with 1 when a defect was found.
 */
final class Fuzz {
  private Fuzz() {}

  public static void main(String[] args) {
    if (args.length != 2) {
      throw new IllegalArgumentException("two arguments are wanted: target and seconds");
    }
    Target target = Target.of(args[0]);
    int seconds = Integer.parseInt(args[1]);
    List<String> errors = new ArrayList<>();
    FuzzProcess process =
        new FuzzProcess(
            target,
            Path.of("target", "fuzz", "long-" + target),
            line -> {
              System.out.println(line);
              if (line.startsWith("== ")) {
                errors.add(line.replace("=", "").strip());
              }
            });

    boolean allWell = process.fuzz("-max_total_time=" + seconds);

    String comment =
        LocalDate.now(ZoneOffset.UTC) + ": " + (errors.isEmpty() ? "?" : errors.getFirst());
    for (Path finding : Corpus.files(process.findings())) {
      Corpus.addFinding(target, Corpus.bytes(finding), comment);
    }
    if (!allWell) {
      System.out.println("A defect was found; the input is in " + Corpus.findings(target));
      System.exit(1);
    }
    if (!process.merge()) {
      throw new IllegalStateException("the inputs could not be merged");
    }
    Corpus.replace(target, process.merged());
  }
}
