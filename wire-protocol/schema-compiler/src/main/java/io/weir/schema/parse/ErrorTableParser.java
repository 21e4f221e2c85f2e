package io.weir.schema.parse;

import io.weir.schema.model.ErrorDefinition;
import io.weir.schema.model.Position;
import java.util.ArrayList;
import java.util.List;

/** Reads the table of errors, one to a line. */
final class ErrorTableParser {
  private ErrorTableParser() {}

  /** The errors in the order of the file; the word in front of the table has been taken. */
  static List<ErrorDefinition> parse(TokenStream tokens) {
    tokens.expectSymbol("{");
    tokens.endOfLine();
    List<ErrorDefinition> errors = new ArrayList<>();
    tokens.skipNewlines();
    while (!tokens.takeIfSymbol("}")) {
      errors.add(error(tokens));
      tokens.skipNewlines();
    }
    tokens.endOfLine();
    return List.copyOf(errors);
  }

  private static ErrorDefinition error(TokenStream tokens) {
    Position position = tokens.position();
    int sign = tokens.takeIfSymbol("-") ? -1 : 1;
    int code = sign * tokens.number("the code of an error");
    String name = tokens.word("the name of the error");
    boolean retriable = tokens.takeIfWord("retriable");
    String doc = tokens.doc();
    tokens.endOfLine();
    return new ErrorDefinition(code, name, retriable, doc, position);
  }
}
