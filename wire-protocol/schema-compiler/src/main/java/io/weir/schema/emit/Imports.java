package io.weir.schema.emit;

import java.util.List;
import java.util.regex.Pattern;

/** The head of a generated source: its package, and imports of what the body uses. */
final class Imports {
  static final String PACKAGE = "io.weir.protocol.message";

  private static final List<String> KNOWN =
      List.of(
          "io.weir.protocol.model.ErrorCode",
          "io.weir.protocol.model.Uuids",
          "io.weir.protocol.record.BufferRecords",
          "io.weir.protocol.record.Records",
          "io.weir.protocol.wire.FieldNotInVersionException",
          "io.weir.protocol.wire.MalformedMessageException",
          "io.weir.protocol.wire.WireReader",
          "io.weir.protocol.wire.WireSize",
          "io.weir.protocol.wire.WireWriter",
          "java.nio.ByteBuffer",
          "java.util.List",
          "java.util.Objects",
          "java.util.UUID",
          "java.util.stream.Stream",
          "org.jspecify.annotations.Nullable");

  private Imports() {}

  static String head(String body) {
    JavaSource head = new JavaSource();
    head.line("package " + PACKAGE + ";").blank();
    KNOWN.stream()
        .filter(name -> isUsed(name.substring(name.lastIndexOf('.') + 1), body))
        .forEach(name -> head.line("import " + name + ";"));
    return head.blank().toString();
  }

  private static boolean isUsed(String simpleName, String body) {
    return Pattern.compile("(?<![\\w.])" + simpleName + "\\b").matcher(body).find();
  }
}
