package io.weir.schema.parse;

import io.weir.schema.model.Position;

/** A word of a definition. */
record Token(Kind kind, String text, Position position) {
  enum Kind {
    WORD,
    NUMBER,
    /** A string, without its quotes. */
    TEXT,
    /** What follows a bar, to the end of the line. */
    DOC,
    SYMBOL,
    NEWLINE,
    END
  }

  boolean is(Kind expected, String expectedText) {
    return kind == expected && text.equals(expectedText);
  }

  boolean isSymbol(String symbol) {
    return is(Kind.SYMBOL, symbol);
  }

  /** For error messages. */
  String described() {
    return switch (kind) {
      case NEWLINE -> "the end of the line";
      case END -> "the end of the file";
      case DOC -> "a description";
      case WORD, NUMBER, TEXT, SYMBOL -> "'" + text + "'";
    };
  }
}
