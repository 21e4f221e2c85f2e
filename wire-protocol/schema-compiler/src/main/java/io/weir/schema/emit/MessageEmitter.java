package io.weir.schema.emit;

import io.weir.schema.model.Message;
import io.weir.schema.model.Struct;
import io.weir.schema.model.VersionNote;
import java.util.List;

/** The source file of one message. */
final class MessageEmitter {
  private final Message message;
  private final String interfaces;
  private final JavaSource body = new JavaSource();

  /**
   * @param interfaces what the record implements
   */
  MessageEmitter(Message message, String interfaces) {
    this.message = message;
    this.interfaces = interfaces;
  }

  /**
   * The source.
   *
   * @param notes on the versions, for the documentation
   * @param own emits the methods that only this kind of message has
   */
  String emit(List<VersionNote> notes, OwnMethods own) {
    StructScope scope = new StructScope(message, message.root());
    RecordEmitter record = new RecordEmitter(scope, body);
    record.open(notes, " implements " + interfaces);
    emitVersions();
    record.emitConstructor();
    emitRead(scope);
    body.line("@Override");
    new SizeEmitter(scope, body).emit("public int size");
    body.blank().line("@Override");
    new WriteEmitter(scope, body).emit("public void write");
    body.blank();
    emitCheckVersion();
    if (holdsRecords(message.root())) {
      new RecordsEmitter(message, message.root(), body).emit("@Override public ");
      body.blank();
    }
    own.emit(body);
    record.emitAccessors();
    new BuilderEmitter(message.root(), body).emit();
    message.structs().values().forEach(this::emitNested);
    body.close();
    return Imports.head(body.toString()) + body;
  }

  /** Emits methods into the record's body, each followed by a blank line. */
  @FunctionalInterface
  interface OwnMethods {
    void emit(JavaSource out);
  }

  private void emitVersions() {
    body.line("public static final int MIN_VERSION = " + message.versions().lowest() + ";");
    body.line("public static final int MAX_VERSION = " + message.versions().highest() + ";");
    body.blank();
  }

  private void emitRead(StructScope scope) {
    boolean records = holdsRecords(message.root());
    Javadoc.write(
        body,
        List.of(
            records
                ? "Reads the message; its records are slices of the frame, retained, to be given back by"
                    + " {@link #releaseRecords}."
                : "Reads the message.",
            "",
            "@throws MalformedMessageException when the bytes are not this message"));
    body.open("public static " + message.name() + " read(WireReader in, int version)");
    body.open("if (version < MIN_VERSION || version > MAX_VERSION)");
    body.line(
        "throw new MalformedMessageException(\""
            + message.name()
            + " has no version \" + version);");
    body.close();
    body.line(message.name() + " message = readFields(in, version);");
    body.line("in.endMessage();").line("return message;");
    body.close().blank();
    new ReadEmitter(scope, body).emit("private static " + message.name() + " readFields");
    body.blank();
  }

  private void emitCheckVersion() {
    body.open("private static void checkVersion(int version)");
    body.open("if (version < MIN_VERSION || version > MAX_VERSION)");
    body.line(
        "throw new IllegalArgumentException(\""
            + message.name()
            + " has no version \" + version);");
    body.close().close().blank();
  }

  private void emitNested(Struct struct) {
    StructScope scope = new StructScope(message, struct);
    RecordEmitter record = new RecordEmitter(scope, body);
    body.blank();
    record.open(List.of(), "");
    record.emitDefault();
    record.emitConstructor();
    new ReadEmitter(scope, body).emit("static " + struct.name() + " read");
    body.blank();
    new ElementsEmitter(message, struct, body).emit();
    new SizeEmitter(scope, body).emit("int size");
    body.blank();
    new WriteEmitter(scope, body).emit("void write");
    body.blank();
    if (holdsRecords(struct)) {
      new RecordsEmitter(message, struct, body).emit("");
      body.blank();
    }
    record.emitAccessors();
    new BuilderEmitter(struct, body).emit();
    body.close();
  }

  private boolean holdsRecords(Struct struct) {
    return RecordsEmitter.holdsRecords(message, struct);
  }
}
