package io.weir.schema.parse;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Position;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import io.weir.schema.model.Versions;
import io.weir.schema.parse.Token.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the body of one message: its fields and structs. Confined to one thread. */
final class MessageParser {
  private final TokenStream tokens;
  private final Versions versions;
  private final Versions flexible;
  private final Map<String, Struct> structs = new LinkedHashMap<>();

  MessageParser(TokenStream tokens, Versions versions, Versions flexible) {
    this.tokens = tokens;
    this.versions = versions;
    this.flexible = flexible;
  }

  Message message(String name, String doc, Position position) {
    tokens.expectSymbol("{");
    List<Field> fields = body(versions, true);
    return new Message(
        versions,
        flexible,
        new Struct(name, versions, fields, doc, position),
        Collections.unmodifiableMap(structs));
  }

  /** What is between braces; the opening one has been taken. */
  private List<Field> body(Versions context, boolean structsAllowed) {
    List<Field> fields = new ArrayList<>();
    tokens.endOfLine();
    tokens.skipNewlines();
    while (!tokens.takeIfSymbol("}")) {
      if (structsAllowed && tokens.peek().is(Kind.WORD, "struct")) {
        commonStruct();
      } else {
        fields.add(field(context));
      }
      tokens.skipNewlines();
    }
    tokens.endOfLine();
    return List.copyOf(fields);
  }

  /** A struct that several fields may refer to. */
  private void commonStruct() {
    Position position = tokens.take().position();
    String name = tokens.word("the name of the struct");
    tokens.expectSymbol("{");
    String doc = tokens.doc();
    add(new Struct(name, versions, body(versions, false), doc, position));
  }

  private Field field(Versions context) {
    FieldParser parser = new FieldParser(tokens, context);
    Field field = parser.field();
    if (parser.opensBody()) {
      inlineStruct(field, context);
    } else {
      tokens.endOfLine();
    }
    return field;
  }

  private void inlineStruct(Field field, Versions context) {
    Type type = field.type() instanceof ArrayType(Type element) ? element : field.type();
    if (!(type instanceof StructType(String name))) {
      throw new SchemaException(field.position(), "a field of type " + type + " has no fields");
    }
    Versions within = field.versions().intersect(context);
    Struct struct = new Struct(name, within, body(within, false), docOf(field), field.position());
    add(struct);
  }

  private static String docOf(Field field) {
    String role = field.type() instanceof ArrayType ? "An element of " : "The value of ";
    return role + "{@code " + field.name() + "}: " + field.doc();
  }

  private void add(Struct struct) {
    if (structs.putIfAbsent(struct.name(), struct) != null) {
      throw new SchemaException(
          struct.position(), "there is another struct " + struct.name() + " in this message");
    }
  }
}
