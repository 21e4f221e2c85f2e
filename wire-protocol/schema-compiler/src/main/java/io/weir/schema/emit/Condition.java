package io.weir.schema.emit;

import io.weir.schema.model.Versions;

/**
 * Whether the version at hand is within a range, as an expression on the variable {@code version}.
 *
 * @param java {@code true} or {@code false} where that is certain
 */
record Condition(String java, String negatedJava) {
  private static final Condition ALWAYS = new Condition("true", "false");
  private static final Condition NEVER = new Condition("false", "true");

  /**
   * @param context the versions that can be at hand
   */
  static Condition of(Versions wanted, Versions context) {
    if (wanted.covers(context)) {
      return ALWAYS;
    }
    if (wanted.intersect(context).isEmpty()) {
      return NEVER;
    }
    String atLeast = "version >= " + wanted.lowest();
    String atMost = "version <= " + wanted.highest();
    String below = "version < " + wanted.lowest();
    String above = "version > " + wanted.highest();
    if (wanted.highest() >= context.highest()) {
      return new Condition(atLeast, below);
    }
    if (wanted.lowest() <= context.lowest()) {
      return new Condition(atMost, above);
    }
    return new Condition("(" + atLeast + " && " + atMost + ")", "(" + below + " || " + above + ")");
  }

  boolean isAlways() {
    return equals(ALWAYS);
  }

  boolean isNever() {
    return equals(NEVER);
  }

  /** The expression without parentheses around it. */
  String bare() {
    return java.startsWith("(") ? java.substring(1, java.length() - 1) : java;
  }
}
