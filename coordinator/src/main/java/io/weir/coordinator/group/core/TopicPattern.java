package io.weir.coordinator.group.core;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of topic names in RE2's syntax, which takes time in proportion to the name, whatever
 * the pattern. A topic is meant when its whole name matches. Immutable.
 */
final class TopicPattern {
  private final Pattern pattern;

  private TopicPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /** Null when it is not a pattern. */
  static @Nullable TopicPattern compile(String text) {
    try {
      return new TopicPattern(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      return null;
    }
  }

  boolean matches(String topic) {
    return pattern.matcher(topic).matches();
  }
}
