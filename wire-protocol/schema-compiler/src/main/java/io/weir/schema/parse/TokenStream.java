package io.weir.schema.parse;

import io.weir.schema.model.Position;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.Versions;
import io.weir.schema.parse.Token.Kind;
import java.util.List;
import java.util.StringJoiner;

/** The tokens of a file, taken one by one. */
final class TokenStream {
  private final List<Token> tokens;
  private int next;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(next);
  }

  Position position() {
    return peek().position();
  }

  Token take() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      next++;
    }
    return token;
  }

  boolean takeIfSymbol(String symbol) {
    boolean there = peek().isSymbol(symbol);
    if (there) {
      take();
    }
    return there;
  }

  boolean takeIfWord(String word) {
    boolean there = peek().is(Kind.WORD, word);
    if (there) {
      take();
    }
    return there;
  }

  void expectSymbol(String symbol) {
    if (!takeIfSymbol(symbol)) {
      throw unexpected("'" + symbol + "'");
    }
  }

  void expectWord(String word) {
    if (!takeIfWord(word)) {
      throw unexpected("'" + word + "'");
    }
  }

  String word(String what) {
    return text(Kind.WORD, what);
  }

  int number(String what) {
    Position position = position();
    String digits = text(Kind.NUMBER, what);
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new SchemaException(position, digits + " is too large for " + what);
    }
  }

  /** A range like {@code 3}, {@code 3-5} or {@code 3+}. */
  Versions versions() {
    Position position = position();
    int lowest = number("a version");
    if (takeIfSymbol("+")) {
      return Versions.from(lowest);
    }
    Versions versions = new Versions(lowest, takeIfSymbol("-") ? number("a version") : lowest);
    if (versions.isEmpty()) {
      throw new SchemaException(position, "the versions run backwards");
    }
    return versions;
  }

  /** The description that may end this line, and go on in lines of its own. */
  String doc() {
    StringJoiner doc = new StringJoiner(" ");
    while (peek().kind() == Kind.DOC || docOnNextLine()) {
      Token token = take();
      if (token.kind() == Kind.DOC) {
        doc.add(token.text());
      }
    }
    return doc.toString();
  }

  void endOfLine() {
    if (peek().kind() != Kind.END && take().kind() != Kind.NEWLINE) {
      next--;
      throw unexpected("the end of the line");
    }
  }

  void skipNewlines() {
    while (peek().kind() == Kind.NEWLINE) {
      take();
    }
  }

  SchemaException unexpected(String wanted) {
    return new SchemaException(position(), wanted + " wanted, found " + peek().described());
  }

  private boolean docOnNextLine() {
    return peek().kind() == Kind.NEWLINE && tokens.get(next + 1).kind() == Kind.DOC;
  }

  private String text(Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return take().text();
  }
}
