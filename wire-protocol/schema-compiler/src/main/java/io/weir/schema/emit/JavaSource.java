package io.weir.schema.emit;

/**
 * Java source in the making: lines, indented by the braces that are open. Confined to one thread.
 */
final class JavaSource {
  private static final String INDENT = "  ";

  private final StringBuilder text = new StringBuilder();
  private int depth;

  JavaSource line(String line) {
    if (!line.isEmpty()) {
      text.append(INDENT.repeat(depth)).append(line);
    }
    text.append('\n');
    return this;
  }

  JavaSource blank() {
    return line("");
  }

  /** A line that ends in an opening brace. */
  JavaSource open(String line) {
    line(line + " {");
    depth++;
    return this;
  }

  /** Ends one block and opens the next one, as in {@code } else {}. */
  JavaSource reopen(String between) {
    depth--;
    line("} " + between + " {");
    depth++;
    return this;
  }

  JavaSource close() {
    depth--;
    return line("}");
  }

  /** Closes a block that is an expression. */
  JavaSource closeStatement() {
    depth--;
    return line("};");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
