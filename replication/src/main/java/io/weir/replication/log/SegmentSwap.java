package io.weir.replication.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A compacted segment's file that is about to take the place of all segments of its range, which
 * its name has: {@code <base offset>-<end offset>.swap}. As long as there is a file of that name,
 * the swap is to be done, or done again. Immutable.
 *
 * @param endOffset exclusive
 */
record SegmentSwap(SegmentFiles files, long endOffset) {
  private static final Pattern NAME = Pattern.compile("\\d{20}-\\d{20}\\.swap");

  static boolean isSwap(Path file) {
    return NAME.matcher(String.valueOf(file.getFileName())).matches();
  }

  static SegmentSwap of(Path file) {
    String name = String.valueOf(file.getFileName());
    return new SegmentSwap(
        new SegmentFiles(file.resolveSibling(""), Long.parseLong(name.substring(0, 20))),
        Long.parseLong(name.substring(21, 41)));
  }

  private Path path() {
    return files.folder().resolve("%020d-%020d.swap".formatted(files.baseOffset(), endOffset));
  }

  /** From here on the swap is only ever completed. */
  void commit() throws IOException {
    Files.move(files.cleaned(), path(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The old segments' files are gone: the new one gets its name. */
  void complete() throws IOException {
    Files.move(path(), files.log(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Does all that a crash may have left undone. */
  void redo(List<SegmentFiles> present) throws IOException {
    for (SegmentFiles old : present) {
      if (old.baseOffset() >= files.baseOffset() && old.baseOffset() < endOffset) {
        old.renameDeleted();
      }
    }
    files.removeIndexes();
    complete();
  }
}
