package io.weir.schema.parse;

import io.weir.schema.model.Position;
import io.weir.schema.model.SchemaException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts the text of a definition file into tokens. */
final class Lexer {
  private static final Pattern TOKEN =
      Pattern.compile(
          """
          (?<space>[ \\t\\r]+|#.*)\
          |(?<doc>\\|.*)\
          |(?<word>[A-Za-z_][A-Za-z0-9_]*)\
          |(?<number>[0-9]+)\
          |"(?<text>[^"]*)"\
          |(?<symbol><-|[\\[\\]{}()?+\\-=,.])\
          """);

  private final List<Token> tokens = new ArrayList<>();

  private Lexer() {}

  static List<Token> tokens(String file, String text) {
    Lexer lexer = new Lexer();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      lexer.line(lines.get(i), new Position(file, i + 1));
    }
    lexer.add(Token.Kind.END, "", new Position(file, Math.max(1, lines.size())));
    return List.copyOf(lexer.tokens);
  }

  private void line(String line, Position position) {
    Matcher matcher = TOKEN.matcher(line);
    int start = 0;
    while (start < line.length()) {
      matcher.region(start, line.length());
      if (!matcher.lookingAt()) {
        throw new SchemaException(position, "cannot read '" + line.substring(start).strip() + "'");
      }
      token(matcher, position);
      start = matcher.end();
    }
    add(Token.Kind.NEWLINE, "", position);
  }

  private void token(Matcher matcher, Position position) {
    if (matcher.group("doc") != null) {
      add(Token.Kind.DOC, matcher.group("doc").substring(1).strip(), position);
    } else if (matcher.group("word") != null) {
      add(Token.Kind.WORD, matcher.group("word"), position);
    } else if (matcher.group("number") != null) {
      add(Token.Kind.NUMBER, matcher.group("number"), position);
    } else if (matcher.group("text") != null) {
      add(Token.Kind.TEXT, matcher.group("text"), position);
    } else if (matcher.group("symbol") != null) {
      add(Token.Kind.SYMBOL, matcher.group("symbol"), position);
    }
  }

  private void add(Token.Kind kind, String text, Position position) {
    tokens.add(new Token(kind, text, position));
  }
}
