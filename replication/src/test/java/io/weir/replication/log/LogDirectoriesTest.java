package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.replication.log.LogDirectories.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's disks come and go between its starts. */
final class LogDirectoriesTest {
  private static final boolean IN_SYNC = true;

  @TempDir Path root;
  private int seed;

  private LogDirectories open(String... names) {
    List<Path> paths = Stream.of(names).map(root::resolve).toList();
    return LogDirectories.open(paths, 1, new Random(++seed), Runnable::run, 0);
  }

  private static PartitionFolder partition(int number) {
    return new PartitionFolder("orders", number, new UUID(7, 9));
  }

  /** Makes the log of a partition where it gets its place; the directory's name. */
  private static String create(LogDirectories directories, int number) {
    LogDirectory directory =
        ((Place.Found) directories.place(partition(number), !IN_SYNC)).directory();
    directory.openLog(partition(number), LogConfig.defaults()).close();
    return name(directory);
  }

  private static String name(LogDirectory directory) {
    return directory.path().getFileName().toString();
  }

  private static String placeOf(LogDirectories directories, int number) {
    return switch (directories.place(partition(number), IN_SYNC)) {
      case Place.Found(LogDirectory directory) -> name(directory);
      case Place.Lost(String why) -> "lost: " + why;
    };
  }

  @Test
  void newDirectoriesAreOneStorageAndShareOutPartitions() {
    LogDirectories directories = open("a", "b");
    String storageId = directories.storageId();
    assertThat(directories.all()).extracting(LogDirectory::storageId).containsOnly(storageId);
    assertThat(directories.all()).extracting(LogDirectory::directoryId).doesNotHaveDuplicates();
    assertThat(Stream.of(0, 1, 2, 3).map(number -> create(directories, number))).contains("a", "b");
    directories.close();
    LogDirectories again = open("b", "a");
    assertThat(again.storageId()).isEqualTo(storageId);
    again.close();
  }

  @Test
  void aDirectoryOfBeforeThereWereSeveralKeepsItsStorageAndGetsCompany() throws IOException {
    Path path = Files.createDirectories(root.resolve("a"));
    new CheckpointFile(path.resolve("weir.properties"))
        .write(List.of("version=1", "node.id=1", "storage.id=abc"), true);
    LogDirectories directories = open("a", "b");
    assertThat(directories.storageId()).isEqualTo("abc");
    assertThat(directories.all().getLast().storageId()).isEqualTo("abc");
    directories.close();
  }

  @Test
  void whatMayLieInADirectoryThatIsNotThereDoesNotBeginEmpty() {
    LogDirectories directories = open("a", "b");
    String first = create(directories, 0);
    String second = create(directories, 1);
    assertThat(first).isNotEqualTo(second);
    directories.close();

    LogDirectories without = open(first);
    assertThat(placeOf(without, 0)).isEqualTo(first);
    assertThat(placeOf(without, 1)).startsWith("lost:").contains("may lie in a log directory");
    assertThat(without.place(partition(2), !IN_SYNC)).isInstanceOf(Place.Found.class);
    without.close();

    LogDirectories back = open("a", "b");
    assertThat(placeOf(back, 1)).isEqualTo(second);
    back.close();
  }

  @Test
  void aReplacedDiskIsForgottenOnceNothingWaitsForIt() throws IOException {
    LogDirectories directories = open("a", "b");
    String first = create(directories, 0);
    String second = create(directories, 1);
    directories.close();
    Files.move(root.resolve(second), root.resolve("broken"));

    LogDirectories replaced = open("a", "b");
    assertThat(placeOf(replaced, 1)).startsWith("lost:");
    replaced.forgetMissing();
    replaced.close();
    LogDirectories still = open("a", "b");
    assertThat(placeOf(still, 1)).startsWith("lost:");
    // Others are in sync by now: it may begin anew.
    assertThat(still.place(partition(1), !IN_SYNC)).isInstanceOf(Place.Found.class);
    still.forgetMissing();
    still.close();
    LogDirectories after = open("a", "b");
    assertThat(placeOf(after, 0)).isEqualTo(first);
    assertThat(placeOf(after, 5)).isNotEmpty().doesNotStartWith("lost:");
    after.close();
  }

  @Test
  void aPartitionInTwoDirectoriesIsNotServedFromEither() throws IOException {
    LogDirectories directories = open("a", "b");
    String first = create(directories, 0);
    directories.close();
    String other = first.equals("a") ? "b" : "a";
    Files.createDirectories(root.resolve(other).resolve(partition(0).name()));

    LogDirectories twice = open("a", "b");
    assertThat(placeOf(twice, 0)).startsWith("lost:").contains("two log directories");
    twice.close();
    Files.delete(root.resolve(other).resolve(partition(0).name()));
    LogDirectories once = open("a", "b");
    assertThat(placeOf(once, 0)).isEqualTo(first);
    once.close();
  }

  @Test
  void directoriesOfTwoStoragesAreRefusedAndStayFree() {
    open("a").close();
    open("b").close();
    assertThatThrownBy(() -> open("a", "b"))
        .isInstanceOf(LogDirectoryException.class)
        .hasMessageContaining("are of different storages")
        .hasMessageNotContaining("\n");
    open("a").close();
  }

  @Test
  void aNodeStartsWithoutADirectoryThatCannotBeUsedButNotWithoutAny() throws IOException {
    LogDirectories both = open("a", "b");
    create(both, 0);
    create(both, 1);
    both.close();
    Files.move(root.resolve("b"), root.resolve("elsewhere"));
    Files.writeString(root.resolve("b"), "a file, where a directory should be");
    LogDirectories one = open("a", "b");
    assertThat(one.all()).hasSize(1);
    assertThat(one.unusable()).containsExactly(root.resolve("b"));
    one.close();
    assertThatThrownBy(() -> open("b"))
        .isInstanceOf(LogDirectoryException.class)
        .hasMessageContaining("none of log.dirs can be used");
  }

  @Test
  void aPartitionOfADirectoryThatWentOfflineHasNoOtherPlace() {
    LogDirectories directories = open("a", "b");
    String first = create(directories, 0);
    LogDirectory directory =
        directories.all().stream().filter(one -> name(one).equals(first)).findFirst().orElseThrow();
    directory.fail("the test wants it");
    assertThat(placeOf(directories, 0)).startsWith("lost:").contains("offline");
    for (int number = 10; number < 20; number++) {
      assertThat(create(directories, number)).isNotEqualTo(first);
    }
    directories.close();
  }
}
