package io.weir.schema.parse;

import io.weir.schema.model.ErrorDefinition;
import io.weir.schema.model.SchemaException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks that the codes of errors ascend without gaps, and that each error is said well. */
final class ErrorTableCheck {
  private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");

  private ErrorTableCheck() {}

  static void check(List<ErrorDefinition> errors) {
    Set<String> names = new HashSet<>();
    int next = ErrorDefinition.LOWEST_CODE;
    for (ErrorDefinition error : errors) {
      require(error, error.code() == next, "code " + next + " wanted, found " + error.code());
      require(
          error,
          NAME.matcher(error.name()).matches(),
          "an error is called like NOT_CONTROLLER, not " + error.name());
      require(error, names.add(error.name()), "there is another error " + error.name());
      require(
          error,
          (error.code() == 0) == error.name().equals(ErrorDefinition.NONE),
          "code 0 is " + ErrorDefinition.NONE + ", and no other");
      require(error, !error.doc().isEmpty(), error.name() + " says nothing");
      next++;
    }
  }

  private static void require(ErrorDefinition error, boolean condition, String problem) {
    if (!condition) {
      throw new SchemaException(error.position(), problem);
    }
  }
}
