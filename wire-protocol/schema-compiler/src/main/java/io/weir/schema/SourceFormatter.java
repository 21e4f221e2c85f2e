package io.weir.schema;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;

/** Brings emitted sources into the form that all of our sources have. Thread-safe. */
final class SourceFormatter {
  private final Formatter formatter = new Formatter();

  /** The same source, with lines that fit. */
  String format(String source) {
    try {
      return formatter.formatSource(source);
    } catch (FormatterException e) {
      throw new IllegalStateException("what was emitted is not Java: " + source, e);
    }
  }
}
