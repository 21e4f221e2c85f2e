package io.weir.schema.emit;

import io.weir.schema.model.Field;
import io.weir.schema.model.Struct;
import io.weir.schema.model.VersionNote;
import io.weir.schema.model.Versions;
import java.util.ArrayList;
import java.util.List;

/** Documentation of what is generated, from what the definition says. */
final class Javadoc {
  private Javadoc() {}

  /**
   * Of a record.
   *
   * @param within the versions of the message
   * @param notes of the API, empty where they stand elsewhere
   */
  static void write(JavaSource out, Struct struct, Versions within, List<VersionNote> notes) {
    List<String> lines = new ArrayList<>();
    lines.add(struct.doc().isEmpty() ? "Part of a message. Immutable." : escaped(struct.doc()));
    if (!notes.isEmpty()) {
      lines.add("");
      lines.add("<ul>");
      for (VersionNote note : notes) {
        lines.add("  <li>" + note.versions() + ": " + escaped(note.text()));
      }
      lines.add("</ul>");
    }
    List<String> parameters =
        struct.fields().stream().map(field -> parameter(field, within)).toList();
    if (!parameters.isEmpty()) {
      lines.add("");
      lines.addAll(parameters);
    }
    write(out, lines);
  }

  static void write(JavaSource out, List<String> lines) {
    out.line("/**");
    for (String line : lines) {
      out.line(line.isEmpty() ? " *" : " * " + line);
    }
    out.line(" */");
  }

  private static String parameter(Field field, Versions within) {
    StringBuilder text = new StringBuilder("@param ").append(field.name());
    if (!field.doc().isEmpty()) {
      text.append(' ').append(escaped(field.doc()));
    }
    if (!field.versions().covers(within)) {
      text.append(" (versions ").append(field.versions().intersect(within)).append(')');
    }
    return text.toString();
  }

  private static String escaped(String text) {
    if (text.contains("{@link")) {
      return text;
    }
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("*/", "");
  }
}
