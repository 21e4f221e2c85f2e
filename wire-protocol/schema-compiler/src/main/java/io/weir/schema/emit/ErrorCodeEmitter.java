package io.weir.schema.emit;

import io.weir.schema.model.ErrorDefinition;
import java.util.List;

/** The enumeration of all errors. */
final class ErrorCodeEmitter {
  private static final String PACKAGE = "io.weir.protocol.model";

  /** Of the source, below a source folder. */
  static final String PATH = PACKAGE.replace('.', '/') + "/ErrorCode.java";

  private final List<ErrorDefinition> errors;
  private final JavaSource out = new JavaSource();

  ErrorCodeEmitter(List<ErrorDefinition> errors) {
    this.errors = errors;
  }

  String emit() {
    out.line("package " + PACKAGE + ";").blank();
    Javadoc.write(
        out,
        List.of(
            "How the Kafka protocol says what went wrong. Immutable.",
            "",
            "<p>An error is retriable when a client may send the same request again, perhaps after"
                + " it has looked up leaders or coordinators anew, and expect success."));
    out.open("public enum ErrorCode");
    emitConstants();
    emitFields();
    emitAccessors();
    emitLookup();
    out.close();
    return out.toString();
  }

  private void emitConstants() {
    for (ErrorDefinition error : errors) {
      Javadoc.write(out, List.of(Javadoc.sentence(error.doc())));
      out.line(error.name() + "(" + error.code() + ", " + error.retriable() + "),");
    }
    out.line(";").blank();
  }

  private void emitFields() {
    out.line("/** By code, which ascends without gaps. */");
    out.line("private static final ErrorCode[] ALL = values();").blank();
    out.line("private final short code;");
    out.line("private final boolean retriable;").blank();
    out.open("ErrorCode(int code, boolean retriable)");
    out.line("this.code = (short) code;");
    out.line("this.retriable = retriable;");
    out.close().blank();
  }

  private void emitAccessors() {
    out.line("/** The number on the wire. */");
    out.open("public short code()").line("return code;").close().blank();
    out.line("/** Whether the same request may succeed later. */");
    out.open("public boolean retriable()").line("return retriable;").close().blank();
  }

  private void emitLookup() {
    String fallback = errors.getFirst().name();
    Javadoc.write(
        out,
        List.of(
            "The error of a number on the wire; a number that is not known here is {@link #"
                + fallback
                + "}."));
    out.open("public static ErrorCode of(int code)");
    out.line("boolean known = code >= ALL[0].code && code <= ALL[ALL.length - 1].code;");
    out.line("return known ? ALL[code - ALL[0].code] : " + fallback + ";");
    out.close();
  }
}
