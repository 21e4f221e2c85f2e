package io.weir.replication.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The names in a folder: a file that is on disk is still lost with its name. Stateless. */
public final class FolderNames {
  private FolderNames() {}

  /** Puts them on disk. Any thread; waits for the disk. */
  public static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }
}
