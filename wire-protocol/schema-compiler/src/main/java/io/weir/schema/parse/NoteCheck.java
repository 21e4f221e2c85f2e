package io.weir.schema.parse;

import io.weir.schema.model.Position;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.VersionNote;
import io.weir.schema.model.Versions;
import java.util.List;

/** Checks that each version has a note on what it brought, in ascending order. */
final class NoteCheck {
  private NoteCheck() {}

  static void check(List<VersionNote> notes, Versions versions, Position position) {
    int next = versions.lowest();
    for (VersionNote note : notes) {
      if (note.versions().lowest() != next) {
        throw new SchemaException(
            note.position(), "a note on version " + next + " wanted, found " + note.versions());
      }
      if (note.text().isEmpty()) {
        throw new SchemaException(note.position(), "the note on a version says nothing");
      }
      next = note.versions().highest() + 1;
    }
    if (next != versions.highest() + 1) {
      throw new SchemaException(
          position, "the notes end before version " + next + ", the versions are " + versions);
    }
  }
}
