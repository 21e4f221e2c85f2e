package io.weir.schema.parse;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schema.model.SchemaException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake in a definition has one line that says where and what. */
final class DefinitionErrorsTest {
  /** Fields of a message of versions 0 to 3, flexible from 2, and what is wrong with them. */
  static Stream<Arguments> wrongFields() {
    return Stream.of(
        Arguments.of("a int31", 4, "there is no type 'int31'"),
        Arguments.of("a", 4, "a type wanted, found the end of the line"),
        Arguments.of("a int32 $", 4, "cannot read '$'"),
        Arguments.of("a int32 int32", 4, "the end of the line wanted, found 'int32'"),
        Arguments.of("a int32 3-1", 4, "the versions run backwards"),
        Arguments.of("a int32 99999999999", 4, "99999999999 is too large for a version"),
        Arguments.of("a int32 7+", 4, "a: no version of the message has this field"),
        Arguments.of("a int32\na int32", 5, "there is another field a"),
        Arguments.of("a int32?", 4, "a: a field of type int32 cannot be null"),
        Arguments.of("a string?(5+)", 4, "a: nullable in 5+, but there in 0-3"),
        Arguments.of("a string?(1+) = null", 4, "a: null by default, but null is not always"),
        Arguments.of("a S?(1+) {\nb int8\n}", 4, "a: a struct is nullable in all of its versions"),
        Arguments.of("a string?(1", 4, "')' wanted"),
        Arguments.of("a int8 = 200", 4, "a: '200' is no default for the type int8"),
        Arguments.of("a uint16 = -1", 4, "a: '-1' is no default for the type uint16"),
        Arguments.of("a bool = 1", 4, "a: '1' is no default for the type bool"),
        Arguments.of("a [int32] = 1", 4, "a: '1' is no default for the type [int32]"),
        Arguments.of("a uuid = 1", 4, "a: '1' is no default for the type uuid"),
        Arguments.of("a int32 =", 4, "a default wanted, found the end of the line"),
        Arguments.of("a int32 tag 0", 4, "a: only flexible versions have tagged fields"),
        Arguments.of("a int32 2+ tag 0\nb int32 2+ tag 0", 5, "another field with tag 0"),
        Arguments.of("a records 2+ tag 0", 4, "a: records cannot be tagged"),
        Arguments.of("a [records]", 4, "a: records cannot be in an array"),
        Arguments.of("a int32 as topicName", 4, "a: a topicName is of type string"),
        Arguments.of("a int16 as errorCode", 4, "a: a errorCode is of type error"),
        Arguments.of("a string as sockName", 4, "there is no entity 'sockName'"),
        Arguments.of("a S", 4, "there is no struct S"),
        Arguments.of("a int32 {\nb int8\n}", 4, "a field of type int32 has no fields"),
        Arguments.of("a S {\nb int8\n}\nc S {\nd int8\n}", 7, "there is another struct S"),
        Arguments.of("struct S {\nb int8\n}\na int8", 4, "no field has the type S"),
        Arguments.of("struct S {\nb [S]\n}\na S", 4, "S contains itself"),
        Arguments.of("a [S] {\nb int8 2+\n}", 4, "a: elements that take no bytes"),
        Arguments.of("a List {\nb int8\n}", 4, "a struct cannot have the name List"),
        Arguments.of("a M {\nb int8\n}", 4, "a struct cannot have the name M"),
        Arguments.of("version int8", 4, "version: a field cannot have this name"),
        Arguments.of("a int8 <- b", 4, "only a response can echo a request"));
  }

  @ParameterizedTest
  @MethodSource("wrongFields")
  void aWrongFieldIsNamedWithFileAndLine(String fields, int line, String problem) {
    String definition =
        """
        message M versions 0-3 flexible 2+
        version 0-3 | something
        fields {
        %s
        }
        """
            .formatted(fields);

    assertWrong(definition, line, problem);
  }

  static Stream<Arguments> wrongDefinitions() {
    return Stream.of(
        Arguments.of("mesage M", 1, "'api' or 'message' wanted, found 'mesage'"),
        Arguments.of("message M version 0", 1, "'versions' wanted, found 'version'"),
        Arguments.of("message M versions 0+\nversion 0+ | x\nfields {\na int8\n}", 1, "an end"),
        Arguments.of("message M versions 0\nfields {\na int8\n}", 1, "the notes end before"),
        Arguments.of("message M versions 0-1\nversion 1 | x\nfields {\n}", 2, "version 0 wanted"),
        Arguments.of("message M versions 0\nversion 0 |\nfields {\n}", 2, "says nothing"),
        Arguments.of("message M versions 0\nversion 0 | x\nfields {\na int8", 4, "the name of"),
        Arguments.of("message M versions 0\nversion 0 | x\n{\n}", 3, "'fields' wanted"));
  }

  @ParameterizedTest
  @MethodSource("wrongDefinitions")
  void aWrongDefinitionIsNamedWithFileAndLine(String definition, int line, String problem) {
    assertWrong(definition, line, problem);
  }

  @Test
  void twoApisCannotHaveTheSameKey() {
    assertWrong(api(7, "A", "", "") + api(7, "B", "", ""), 10, "key 7 belongs to A");
  }

  @Test
  void twoApisCannotHaveTheSameName() {
    assertWrong(api(7, "A", "", "") + api(8, "A", "", ""), 13, "ARequest is also defined at");
  }

  @Test
  void anApiCannotServeMoreThanThereIs() {
    String definition = api(7, "A", "", "").replace("versions 0", "versions 0 served 1-2");
    assertWrong(definition, 1, "served are 1-2, but there are 0");
  }

  @Test
  void anEchoNeedsItsSource() {
    assertWrong(api(7, "A", "a int8", "b int8 <- c"), 8, "the request has no c here");
    assertWrong(api(7, "A", "a int8", "b int8 <- ."), 8, "the request has no . here");
    assertWrong(api(7, "A", "a [int8]", "b [int8] <- a.c"), 8, "the request has no a.c here");
  }

  @Test
  void anEchoIsOfTheSameType() {
    assertWrong(api(7, "A", "a int8", "b int16 <- a"), 8, "b is int16, its echo is int8");
    assertWrong(api(7, "A", "a string?", "b string <- a"), 8, "b cannot be null, but its echo can");
    assertWrong(
        api(7, "A", "a int8", "b [S] <- a {\nc int8\n}"), 8, "b is an array, its echo is int8");
  }

  @Test
  void anEchoOfManyElementsIsAnArray() {
    String request = "a [S] { | here\nc int8\n}";
    assertWrong(api(7, "A", request, "b int8 <- a.c"), 10, "b is one value, its echo lies in");
  }

  /** Nine lines: the request's field is in the fifth, the response's in the eighth. */
  private static String api(int key, String name, String request, String response) {
    return """
    api %d %s versions 0
    | An API.
    version 0 | all
    request {
    %s
    }
    response {
    %s
    }
    """
        .formatted(key, name, request, response);
  }

  private static void assertWrong(String definition, int line, String problem) {
    assertThatThrownBy(
            () -> {
              DefinitionParser parser = new DefinitionParser();
              parser.read("some.schema", definition);
              parser.schema();
            })
        .isInstanceOf(SchemaException.class)
        .hasMessageStartingWith("some.schema:" + line + ": ")
        .hasMessageContaining(problem);
  }
}
