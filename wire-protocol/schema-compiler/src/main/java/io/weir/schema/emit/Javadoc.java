package io.weir.schema.emit;

import io.weir.schema.model.Field;
import io.weir.schema.model.Struct;
import io.weir.schema.model.VersionNote;
import io.weir.schema.model.Versions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Documentation of what is generated, from what the definition says. */
final class Javadoc {
  private Javadoc() {}

  /**
   * Of a record.
   *
   * @param within the versions in which it occurs
   * @param notes of the API, empty where they stand elsewhere
   */
  static void write(JavaSource out, Struct struct, Versions within, List<VersionNote> notes) {
    List<String> lines = new ArrayList<>();
    lines.add(sentence(struct.doc()));
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
      Versions versions = field.versions().intersect(within);
      boolean one = versions.lowest() == versions.highest();
      text.append(one ? " (version " : " (versions ").append(versions).append(')');
    }
    return text.toString();
  }

  /** With a capital in front and a full stop at the end. */
  static String sentence(String doc) {
    String text = doc.isEmpty() ? "Part of a message" : escaped(doc);
    String capital = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return capital.endsWith(".") ? capital : capital + ".";
  }

  private static String escaped(String text) {
    if (text.contains("{@link")) {
      return text;
    }
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("*/", "");
  }
}
