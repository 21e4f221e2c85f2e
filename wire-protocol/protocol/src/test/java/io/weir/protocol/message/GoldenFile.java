package io.weir.protocol.message;

import io.weir.schema.model.Message;
import io.weir.schema.model.Versions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a message looks like on the wire: entries, each with versions, fields for people to read,
 * and bytes. Neighbouring versions that look the same share an entry.
 */
record GoldenFile(List<Entry> entries) {
  private static final int HEX_COLUMNS = 96;
  private static final String SET = "every field set";
  private static final String DEFAULTS = "every field at its default";

  /**
   * An entry.
   *
   * @param isSet whether fields are set; else they are all at their defaults
   * @param fields as {@link MessageText} gives them
   * @param hex the bytes
   */
  record Entry(Versions versions, boolean isSet, List<String> fields, String hex) {
    boolean looksLike(Entry other) {
      return isSet == other.isSet && fields.equals(other.fields) && hex.equals(other.hex);
    }
  }

  /** Of representative messages, and of empty ones. */
  static GoldenFile of(Message message) {
    List<Entry> entries = new ArrayList<>();
    IntStream.rangeClosed(message.versions().lowest(), message.versions().highest())
        .forEach(version ->
            add(entries, version, true, new RepresentativeMessages(message, version).make()));
    Class<?> type = MessageBuilders.type(message, message.root());
    ProtocolMessage empty = (ProtocolMessage) MessageBuilders.build(type, Map.of());
    IntStream.rangeClosed(message.versions().lowest(), message.versions().highest())
        .forEach(version -> add(entries, version, false, empty));
    return new GoldenFile(List.copyOf(entries));
  }

  private static void add(
      List<Entry> entries, int version, boolean isSet, ProtocolMessage message) {
    Entry entry =
        new Entry(
            new Versions(version, version),
            isSet,
            MessageText.of(message),
            HexFormat.of().formatHex(Codec.write(message, version)));
    if (!entries.isEmpty() && entries.getLast().looksLike(entry)) {
      int lowest = entries.removeLast().versions.lowest();
      entries.add(new Entry(new Versions(lowest, version), isSet, entry.fields, entry.hex));
    } else {
      entries.add(entry);
    }
  }

  /** The entries of a file. */
  static GoldenFile parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String block : text.split("\n\n", -1)) {
      List<String> lines = block.lines().filter(line -> !line.startsWith("#")).toList();
      if (!lines.isEmpty()) {
        entries.add(entry(lines));
      }
    }
    return new GoldenFile(List.copyOf(entries));
  }

  private static Entry entry(List<String> lines) {
    String head = lines.getFirst();
    int comma = head.indexOf(',');
    String[] range = head.substring("version ".length(), comma).split("-", -1);
    Versions versions =
        new Versions(Integer.parseInt(range[0]), Integer.parseInt(range[range.length - 1]));
    List<String> rest = lines.subList(1, lines.size());
    return new Entry(
        versions,
        head.endsWith(SET),
        rest.stream().filter(line -> line.startsWith(" ")).toList(),
        String.join("", rest.stream().filter(line -> !line.startsWith(" ")).toList()));
  }

  /** The file. */
  String text(String message) {
    StringBuilder text = new StringBuilder("# ").append(message).append(" on the wire.\n");
    for (Entry entry : entries) {
      text.append("\nversion ").append(entry.versions).append(", ");
      text.append(entry.isSet ? SET : DEFAULTS).append('\n');
      entry.fields.forEach(line -> text.append(line).append('\n'));
      for (int at = 0; at < entry.hex.length(); at += HEX_COLUMNS) {
        text.append(entry.hex, at, Math.min(entry.hex.length(), at + HEX_COLUMNS)).append('\n');
      }
    }
    return text.toString();
  }
}
