package io.weir.schema.parse;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.MinimumSize;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import io.weir.schema.model.Versions;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks the structs of one message, and how they refer to each other. */
final class MessageCheck {
  /** Names that mean something else in the generated sources. */
  private static final Set<String> RESERVED =
      Set.of(
          "ApiKey",
          "Builder",
          "ByteBuffer",
          "Double",
          "ErrorCode",
          "Integer",
          "List",
          "Long",
          "Object",
          "Objects",
          "Override",
          "ProtocolMessage",
          "Records",
          "Short",
          "String",
          "UUID",
          "WireReader",
          "WireSize",
          "WireWriter");

  private final Message message;
  private final Set<String> used = new HashSet<>();

  MessageCheck(Message message) {
    this.message = message;
  }

  void check() {
    message.structs().values().forEach(this::checkName);
    checkFields(message.root());
    message.structs().values().forEach(this::checkFields);
    message.structs().values().forEach(this::checkUsed);
    checkNotRecursive(message.root(), new LinkedHashSet<>());
    checkElements(message.root());
    message.structs().values().forEach(this::checkElements);
  }

  private void checkName(Struct struct) {
    if (RESERVED.contains(struct.name()) || struct.name().equals(message.name())) {
      throw new SchemaException(
          struct.position(), "a struct cannot have the name " + struct.name());
    }
  }

  private void checkFields(Struct struct) {
    Set<String> names = new HashSet<>();
    Set<Integer> tags = new HashSet<>();
    for (Field field : struct.fields()) {
      if (!names.add(field.name())) {
        throw new SchemaException(field.position(), "there is another field " + field.name());
      }
      if (field.isTagged() && !tags.add(field.tag().orElseThrow())) {
        throw new SchemaException(
            field.position(), "there is another field with tag " + field.tag().orElseThrow());
      }
      checkReference(field);
      new FieldCheck(message, struct, field).check();
    }
  }

  private void checkReference(Field field) {
    structName(field.type())
        .ifPresent(name -> {
          if (!message.structs().containsKey(name)) {
            throw new SchemaException(field.position(), "there is no struct " + name);
          }
          used.add(name);
        });
  }

  private void checkUsed(Struct struct) {
    if (!used.contains(struct.name())) {
      throw new SchemaException(struct.position(), "no field has the type " + struct.name());
    }
  }

  private void checkNotRecursive(Struct struct, Set<String> outer) {
    if (!outer.add(struct.name())) {
      throw new SchemaException(struct.position(), struct.name() + " contains itself");
    }
    for (Field field : struct.fields()) {
      structName(field.type())
          .ifPresent(name -> checkNotRecursive(message.struct(new StructType(name)), outer));
    }
    outer.remove(struct.name());
  }

  private void checkElements(Struct struct) {
    List<Field> arrays =
        struct.fields().stream().filter(field -> field.type() instanceof ArrayType).toList();
    for (Field field : arrays) {
      Optional<String> element = structName(field.type());
      if (element.isPresent()) {
        Struct elements = message.struct(new StructType(element.get()));
        Versions versions = field.versions().intersect(struct.versions());
        if (!versions.isEmpty() && new MinimumSize(message).of(elements) == 0) {
          throw new SchemaException(
              field.position(), field.name() + ": elements that take no bytes could be any number");
        }
      }
    }
  }

  private static Optional<String> structName(Type type) {
    return switch (type) {
      case Primitive ignored -> Optional.empty();
      case StructType(String name) -> Optional.of(name);
      case ArrayType(Type element) -> structName(element);
    };
  }
}
