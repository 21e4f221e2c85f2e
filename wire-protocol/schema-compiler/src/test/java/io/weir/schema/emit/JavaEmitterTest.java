package io.weir.schema.emit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schema.parse.DefinitionParser;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What is generated for each feature of the language. That the sources compile and do the right
 * thing on the wire is shown where they are used, by comparison with another codec.
 */
final class JavaEmitterTest {
  private static final String FOLDER = "io/weir/protocol/message/";

  @Test
  void anApiGivesARequestAResponseAndItsPlaceInTheTables() {
    Map<String, String> sources = emit(api("", ""));

    assertThat(sources)
        .containsOnlyKeys(
            FOLDER + "ApiKey.java",
            FOLDER + "ApiMessages.java",
            FOLDER + "PaintOverRequest.java",
            FOLDER + "PaintOverResponse.java");
    assertThat(sources.get(FOLDER + "ApiKey.java"))
        .contains("PAINT_OVER(7, \"PaintOver\", 1, 5, 1, 4),");
    assertThat(sources.get(FOLDER + "ApiMessages.java"))
        .contains("case PAINT_OVER -> PaintOverRequest.read(in, version);")
        .contains("case PAINT_OVER -> PaintOverResponse.read(in, version);");
  }

  @Test
  void aFieldIsReadAndWrittenInItsVersionsOnly() {
    assertThat(request("a int32 2+"))
        .contains("int a = version >= 2 ? in.readInt32() : 0;")
        .contains("if (version < 2 && a != 0) {")
        .contains("throw new FieldNotInVersionException(\"a\", version);");
    assertThat(request("a int32 1-2")).contains("version <= 2 ? in.readInt32() : 0");
    assertThat(request("a int32 2-3"))
        .contains("version >= 2 && version <= 3 ? in.readInt32() : 0")
        .contains("if ((version < 2 || version > 3) && a != 0) {");
    assertThat(request("a int32"))
        .contains("int a = in.readInt32();")
        .doesNotContain("FieldNotInVersionException");
  }

  @Test
  void anIgnorableFieldIsDroppedSilently() {
    assertThat(request("a int32 2+ ignorable")).doesNotContain("FieldNotInVersionException");
  }

  @Test
  void aNullableFieldIsNullableInItsVersionsOnly() {
    assertThat(request("a string?"))
        .contains("@Nullable String a")
        .contains("in.readNullableString(compact)");
    assertThat(request("a string?(3+)"))
        .contains("version >= 3 ? in.readNullableString(compact) : in.readString(compact)")
        .contains("if (version < 3 && a == null) {");
    assertThat(request("a string?(3+) ignorable"))
        .contains("out.writeString(version < 3 && a == null ? \"\" : a, compact);");
    assertThat(request("a S? = null {\nb int8\n}"))
        .contains("in.readPresence() ? S.read(in, version) : null")
        .contains("out.writePresence(a != null);");
  }

  @Test
  void aTaggedFieldIsWrittenWhenItIsNotTheDefault() {
    assertThat(request("a int64 5+ = -1 tag 3"))
        .contains("if (tag == 3 && version >= 5) {")
        .contains("if (version >= 5 && a != -1L) {")
        .contains("out.writeUnsignedVarint(3);")
        .contains("in.skipTaggedField();");
  }

  @Test
  void aTaggedStructThatMayBeNullIsLeftOutWhenItHoldsItsDefault() {
    assertThat(request("a S? 5+ tag 0 {\nb int8\n}"))
        .contains("@Nullable S a = S.DEFAULT;")
        .contains("a = in.readTaggedPresence() ? S.read(in, version) : null;")
        .contains("if (version >= 5 && (a == null || !a.isDefault())) {")
        .contains("out.writeTaggedPresence(a != null);");
    assertThat(request("a S? 5+ = null tag 0 {\nb int8\n}"))
        .contains("@Nullable S a = null;")
        .contains("if (version >= 5 && a != null) {");
  }

  @Test
  void anArrayKnowsHowLittleAnElementTakes() {
    assertThat(request("a [S] {\nb int32\nc string\nd int8 4+\n}"))
        .contains("S.readList(in, version, in.readArrayLength(compact, 6))");
    assertThat(request("a [int64]")).contains("in.readList(compact, 8, in::readInt64)");
  }

  @Test
  void listsAndBuffersAreCopiedSoThatARecordCannotChange() {
    assertThat(request("a [int32]\nb bytes\nc [string]?"))
        .contains("a = List.copyOf(a);")
        .contains("b = b.asReadOnlyBuffer();")
        .contains("c = c == null ? null : List.copyOf(c);")
        .contains("return b.duplicate();");
  }

  @Test
  void recordsAreRetainedWhenTheWholeMessageCouldBeRead() {
    assertThat(request("a [S] {\nb records?\n}"))
        .contains("PaintOverRequest message = readFields(in, version);\n    in.endMessage();")
        .contains("for (S e : a) {\n      e.releaseRecords();")
        .contains("if (b != null) {");
    assertThat(request("a int8")).doesNotContain("releaseRecords");
  }

  @Test
  void anErrorReplyEchoesTheRequest() {
    String source =
        emit(api(
                "a [int32]\nb [S]? {\nc string\n}",
                "errorCode error\nd [D] <- b {\n"
                    + "e1 string <- c\nerrorCode error\nwhy string? as errorMessage\n}"))
            .get(FOLDER + "PaintOverRequest.java");

    assertThat(source)
        .contains(".errorCode(errorCode)")
        .contains("ApiRequest.orEmpty(b).stream().map(e0 -> PaintOverResponse.D.builder()")
        .contains(".e1(e0.c()).errorCode(errorCode).why(errorMessage)");
  }

  @Test
  void anEchoMayLieInTheElementsOfSeveralArrays() {
    String source =
        emit(api("a [S] {\nb [T]? {\nc string\n}\n}", "d [D] <- a.b {\ne1 string <- c\n}"))
            .get(FOLDER + "PaintOverRequest.java");

    assertThat(source)
        .contains("a.stream().flatMap(e0 -> ApiRequest.orEmpty(e0.b()).stream())")
        .contains(".map(e0 -> PaintOverResponse.D.builder().e1(e0.c()).build()).toList()");
  }

  @Test
  void whatTwoArraysBothNameIsEchoedOnce() {
    String source =
        emit(api("a [string]\nb [string]", "c [C] <- a, b {\nname string <- .\n}"))
            .get(FOLDER + "PaintOverRequest.java");

    assertThat(source).contains("Stream.concat(a.stream().map(").contains(".distinct().toList()");
  }

  @Test
  void anErrorReplyFillsErrorsOfAnyNameThatAreMeantForIt() {
    String source =
        emit(api("a [int8]", "b [B] <- a {\nwhyNot error as errorCode\nother error\n}"))
            .get(FOLDER + "PaintOverRequest.java");

    assertThat(source).contains("B.builder().whyNot(errorCode).build()");
  }

  @Test
  void theErrorsBecomeAnEnumeration() {
    String source =
        emit("errors {\n-1 UNKNOWN | who knows\n0 NONE | none\n1 LATE retriable | too late\n}\n")
            .get("io/weir/protocol/model/ErrorCode.java");

    assertThat(source)
        .contains(" * Who knows.")
        .contains("UNKNOWN(-1, false),")
        .contains("LATE(1, true),")
        .contains("return known ? ALL[code - ALL[0].code] : UNKNOWN;");
  }

  @Test
  void whatDefinitionsSayIsInTheDocumentation() {
    assertThat(request("a int32 2+ | how much & why"))
        .contains("Paints &amp; covers.")
        .contains("<li>1-5: All there is.")
        .contains("@param a how much &amp; why (versions 2-5)");
  }

  private static String request(String fields) {
    return String.valueOf(emit(api(fields, "")).get(FOLDER + "PaintOverRequest.java"));
  }

  private static String api(String request, String response) {
    return """
    api 7 PaintOver versions 1-5 flexible 4+
    | Paints & covers.
    version 1-5 | All there is.
    request {
    %s
    }
    response {
    %s
    }
    """
        .formatted(request, response);
  }

  private static Map<String, String> emit(String definition) {
    DefinitionParser parser = new DefinitionParser();
    parser.read("paint.schema", definition);
    return JavaEmitter.emit(parser.schema());
  }
}
