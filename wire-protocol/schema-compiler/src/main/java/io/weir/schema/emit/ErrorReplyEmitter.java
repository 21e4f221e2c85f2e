package io.weir.schema.emit;

import io.weir.schema.model.Api;
import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Echo;
import io.weir.schema.model.Echo.Source;
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
    Origin origin =
        new Origin("", new Source(new StructType(request.name()), request.root().fields()));
    out.line("return " + build(response.root(), response.name(), origin, 0) + ";");
    out.close();
  }

  private String build(Struct struct, String javaName, Origin origin, int depth) {
    StringBuilder build = new StringBuilder(javaName).append(".builder()");
    for (Field field : struct.fields()) {
      String value = value(field, origin, depth);
      if (!value.isEmpty()) {
        build.append('.').append(field.name()).append('(').append(value).append(')');
      }
    }
    return build.append(".build()").toString();
  }

  private String value(Field field, Origin origin, int depth) {
    if (field.isError()) {
      return "errorCode";
    }
    if (field.isErrorMessage()) {
      return field.isNullable() ? "errorMessage" : "Objects.requireNonNullElse(errorMessage, \"\")";
    }
    List<String> values = new ArrayList<>();
    for (String name : field.echoes()) {
      Echo.find(name, origin.source, request)
          .ifPresent(echo -> values.add(echoed(field, echo, origin, depth)));
    }
    if (values.size() == 2) {
      return "Stream.concat(" + values.get(0) + ", " + values.get(1) + ").distinct().toList()";
    }
    boolean stream = field.type() instanceof ArrayType && !values.isEmpty();
    return String.join("", values) + (stream ? ".toList()" : "");
  }

  private String echoed(Field field, Echo echo, Origin origin, int depth) {
    if (!(field.type() instanceof ArrayType(Type target))) {
      return echo.field().map(source -> get(origin.variable, source)).orElse(origin.variable);
    }
    String variable = "e" + depth;
    String stream = stream(echo, origin, variable);
    if (!(target instanceof StructType struct)) {
      return stream;
    }
    Origin inner = new Origin(variable, Source.of(((ArrayType) echo.type()).element(), request));
    String element =
        build(response.struct(struct), response.name() + "." + struct.name(), inner, depth + 1);
    return stream + ".map(" + variable + " -> " + element + ")";
  }

  /** All elements of an array, or of the arrays in the elements of another. */
  private static String stream(Echo echo, Origin origin, String variable) {
    StringBuilder stream = new StringBuilder(stream(origin.variable, echo.path().getFirst()));
    for (Field array : echo.path().subList(1, echo.path().size())) {
      stream
          .append(".flatMap(")
          .append(variable)
          .append(" -> ")
          .append(stream(variable, array))
          .append(')');
    }
    return stream.toString();
  }

  private static String stream(String owner, Field array) {
    String list = get(owner, array);
    return (array.isNullable() ? "ApiRequest.orEmpty(" + list + ")" : list) + ".stream()";
  }

  private static String get(String owner, Field field) {
    return owner.isEmpty() ? field.name() : owner + "." + field.name() + "()";
  }

  /**
   * Where echoes come from.
   *
   * @param variable that holds an element of the request's arrays; empty for the request itself
   */
  private record Origin(String variable, Source source) {}
}
