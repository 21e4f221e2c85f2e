package io.weir.protocol.message;

import io.netty.buffer.ByteBufUtil;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.Records;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message as indented text, for people: the fields that do not hold their default. */
final class MessageText {
  private final List<String> lines = new ArrayList<>();

  private MessageText() {}

  static List<String> of(ProtocolMessage message) {
    MessageText text = new MessageText();
    text.struct((Record) message, "  ", "  ");
    return text.lines;
  }

  /**
   * @param first what the first line starts with
   * @param indent what the others start with
   */
  private void struct(Record struct, String first, String indent) {
    String start = first;
    for (RecordComponent component : struct.getClass().getRecordComponents()) {
      Object value = MessageBuilders.value(struct, component);
      if (!Objects.equals(value, MessageBuilders.defaultOf(component))) {
        field(component.getName(), value, start, indent);
        start = indent;
      }
    }
    if (start.equals(first) && !first.equals(indent)) {
      lines.add(first + "(all at their defaults)");
    }
  }

  private void field(String name, @Nullable Object value, String first, String indent) {
    if (value instanceof Record struct && !(value instanceof Records)) {
      lines.add(first + name + ":");
      struct(struct, indent + "  ", indent + "  ");
    } else if (value instanceof List<?> list && list.stream().anyMatch(Record.class::isInstance)) {
      lines.add(first + name + ":");
      list.forEach(element -> struct((Record) element, indent + "- ", indent + "  "));
    } else {
      lines.add(first + name + ": " + plain(value));
    }
  }

  private static String plain(@Nullable Object value) {
    return switch (value) {
      case String text -> "\"" + text + "\"";
      case ByteBuffer bytes -> "0x" + HexFormat.of().formatHex(remaining(bytes));
      case BufferRecords records -> "0x" + ByteBufUtil.hexDump(records.slice());
      case List<?> list -> list.stream().map(MessageText::plain).toList().toString();
      case null, default -> String.valueOf(value);
    };
  }

  private static byte[] remaining(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
