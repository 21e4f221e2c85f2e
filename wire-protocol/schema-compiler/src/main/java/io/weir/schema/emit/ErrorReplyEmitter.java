package io.weir.schema.emit;

import io.weir.schema.model.Api;
import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Echo;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * The method of a request that gives the response with the same error everywhere: in each error
 * field at the top, and in each element that the definition derives from the request.
 */
final class ErrorReplyEmitter {
  private final Message request;
  private final Message response;
  private final JavaSource out;

  ErrorReplyEmitter(Api api, JavaSource out) {
    this.request = api.request();
    this.response = api.response();
    this.out = out;
  }

  void emit() {
    out.line("@Override");
    out.open(
        "public "
            + response.name()
            + " errorResponse(ErrorCode errorCode, @Nullable String errorMessage)");
    Source source = new Source("", new StructType(request.name()), request.root().fields());
    out.line("return " + build(response.root(), response.name(), source, 0) + ";");
    out.close();
  }

  private String build(Struct struct, String javaName, Source source, int depth) {
    StringBuilder build = new StringBuilder(javaName).append(".builder()");
    for (Field field : struct.fields()) {
      String value = value(field, source, depth);
      if (!value.isEmpty()) {
        build.append('.').append(field.name()).append('(').append(value).append(')');
      }
    }
    return build.append(".build()").toString();
  }

  private String value(Field field, Source source, int depth) {
    if (field.isError()) {
      return "errorCode";
    }
    if (field.isErrorMessage()) {
      return field.isNullable() ? "errorMessage" : "Objects.requireNonNullElse(errorMessage, \"\")";
    }
    List<String> values = new ArrayList<>();
    for (String name : field.echoes()) {
      Echo.find(name, source.element, source.fields)
          .ifPresent(echo -> values.add(echoed(field, echo, source, depth)));
    }
    if (values.size() == 2) {
      return "Stream.concat(" + values.get(0) + ", " + values.get(1) + ").toList()";
    }
    boolean stream = field.type() instanceof ArrayType && !values.isEmpty();
    return String.join("", values) + (stream ? ".toList()" : "");
  }

  private String echoed(Field field, Echo echo, Source source, int depth) {
    String expression = source.expression(echo);
    if (!(field.type() instanceof ArrayType(Type target))) {
      return expression;
    }
    boolean nullable = echo.field().filter(Field::isNullable).isPresent();
    String stream =
        (nullable ? "ApiRequest.orEmpty(" + expression + ")" : expression) + ".stream()";
    if (!(target instanceof StructType struct)) {
      return stream;
    }
    String variable = "e" + depth;
    Source inner = inner(variable, ((ArrayType) echo.type()).element());
    String element =
        build(response.struct(struct), response.name() + "." + struct.name(), inner, depth + 1);
    return stream + ".map(" + variable + " -> " + element + ")";
  }

  private Source inner(String variable, Type element) {
    List<Field> fields =
        element instanceof StructType struct ? request.struct(struct).fields() : List.of();
    return new Source(variable, element, fields);
  }

  /** Where echoes come from: the request, or an element of one of its arrays. */
  private record Source(String variable, Type element, List<Field> fields) {
    String expression(Echo echo) {
      if (echo.field().isEmpty()) {
        return variable;
      }
      String name = echo.field().get().name();
      return variable.isEmpty() ? name : variable + "." + name + "()";
    }
  }
}
