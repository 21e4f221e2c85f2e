package io.weir.schema.parse;

import io.weir.schema.model.Api;
import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Echo;
import io.weir.schema.model.Echo.Source;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import java.util.List;

/** Checks that what an error reply repeats of the request is there, and goes where it should. */
final class EchoCheck {
  private final Message request;
  private final Message response;

  EchoCheck(Api api) {
    this.request = api.request();
    this.response = api.response();
  }

  void check() {
    forbid(request);
    Source whole = new Source(new StructType(request.name()), request.root().fields());
    response.root().fields().forEach(field -> checkEcho(field, List.of(whole)));
  }

  /** Each echo must be found in one of the sources; an array may have several. */
  private void checkEcho(Field field, List<Source> sources) {
    if (field.echoes().isEmpty()) {
      return;
    }
    List<Echo> echoes =
        sources.stream()
            .flatMap(source ->
                field.echoes().stream().flatMap(name -> Echo.find(name, source, request).stream()))
            .toList();
    if (echoes.isEmpty()) {
      throw new SchemaException(
          field.position(), "the request has no " + String.join(" or ", field.echoes()) + " here");
    }
    if (field.type() instanceof ArrayType(StructType target)) {
      List<Source> elements = echoes.stream().map(echo -> elementOf(echo, field)).toList();
      response.struct(target).fields().forEach(inner -> checkEcho(inner, elements));
    } else {
      echoes.forEach(echo -> checkSame(echo, field));
    }
  }

  private Source elementOf(Echo echo, Field field) {
    if (!(echo.type() instanceof ArrayType(Type element))) {
      throw new SchemaException(
          field.position(), field.name() + " is an array, its echo is " + echo.type());
    }
    return Source.of(element, request);
  }

  private static void checkSame(Echo echo, Field field) {
    if (echo.isFlattened() && !(field.type() instanceof ArrayType)) {
      throw new SchemaException(
          field.position(), field.name() + " is one value, its echo lies in several elements");
    }
    if (!field.type().equals(echo.type())) {
      throw new SchemaException(
          field.position(), field.name() + " is " + field.type() + ", its echo is " + echo.type());
    }
    if (echo.field().filter(Field::isNullable).isPresent() && !field.isNullable()) {
      throw new SchemaException(
          field.position(), field.name() + " cannot be null, but its echo can");
    }
  }

  /** For a message that answers nothing. */
  static void forbid(Message message) {
    forbid(message.root());
    message.structs().values().forEach(EchoCheck::forbid);
  }

  private static void forbid(Struct struct) {
    for (Field field : struct.fields()) {
      if (!field.echoes().isEmpty()) {
        throw new SchemaException(field.position(), "only a response can echo a request");
      }
    }
  }
}
