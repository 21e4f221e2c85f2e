package io.weir.schema.emit;

import io.weir.schema.model.Api;
import io.weir.schema.model.Versions;
import java.util.List;
import java.util.Locale;

/** The enumeration of all APIs. */
final class ApiKeyEmitter {
  /**
   * The only API whose response never has a flexible header: a client cannot know the version yet.
   */
  private static final int API_VERSIONS = 18;

  private final List<Api> apis;
  private final JavaSource out = new JavaSource();

  ApiKeyEmitter(List<Api> apis) {
    this.apis = apis;
  }

  /** The name of an API's constant. */
  static String constant(Api api) {
    return api.name().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }

  String emit() {
    Javadoc.write(out, List.of("The requests that are served, and their versions. Immutable."));
    out.open("public enum ApiKey");
    emitConstants();
    emitFields();
    emitLookup();
    emitAccessors();
    emitHeaders();
    out.close();
    return Imports.head(out.toString()) + out;
  }

  private void emitConstants() {
    for (Api api : apis) {
      Javadoc.write(out, List.of(api.doc()));
      String arguments =
          String.join(
              ", ",
              String.valueOf(api.key()),
              "\"" + api.name() + "\"",
              String.valueOf(api.versions().lowest()),
              String.valueOf(api.versions().highest()),
              String.valueOf(api.served().lowest()),
              String.valueOf(api.flexible().isEmpty() ? Versions.OPEN : api.flexible().lowest()));
      out.line(constant(api) + "(" + arguments + "),");
    }
    out.line(";");
    out.blank();
  }

  private void emitFields() {
    int highest = apis.stream().mapToInt(Api::key).max().orElse(-1);
    out.line("private static final @Nullable ApiKey[] BY_KEY = new ApiKey[" + (highest + 1) + "];");
    out.blank();
    out.open("static");
    out.open("for (ApiKey apiKey : values())").line("BY_KEY[apiKey.key] = apiKey;").close();
    out.close().blank();
    for (String field :
        List.of("key", "minVersion", "maxVersion", "servedMinVersion", "flexibleFrom")) {
      out.line("private final int " + field + ";");
    }
    out.line("private final String apiName;").blank();
    out.open(
        "ApiKey(int key, String apiName, int minVersion, int maxVersion, int servedMinVersion,"
            + " int flexibleFrom)");
    for (String field :
        List.of("key", "apiName", "minVersion", "maxVersion", "servedMinVersion", "flexibleFrom")) {
      out.line("this." + field + " = " + field + ";");
    }
    out.close().blank();
  }

  private void emitLookup() {
    out.line("/** The API of a number on the wire; null when it is not served. */");
    out.open("public static @Nullable ApiKey of(int key)");
    out.line("return key < 0 || key >= BY_KEY.length ? null : BY_KEY[key];");
    out.close().blank();
  }

  private void emitAccessors() {
    accessor("int", "key", "The number on the wire.");
    accessor("String", "apiName", "The name in the protocol.");
    accessor("int", "minVersion", "The lowest version that can be read, and is announced.");
    accessor("int", "maxVersion", "The highest version, which is served.");
    accessor(
        "int",
        "servedMinVersion",
        "The lowest version that is served; above {@link #minVersion} where clients only look for an"
            + " older one, and are refused when they use it.");
    accessor("int", "flexibleFrom", "The first version with compact lengths and tagged fields.");
    out.line("/** Whether a version can be read and written. */");
    out.open("public boolean has(int version)");
    out.line("return version >= minVersion && version <= maxVersion;");
    out.close().blank();
    out.line("/** Whether a version is served; else it is refused. */");
    out.open("public boolean serves(int version)");
    out.line("return version >= servedMinVersion && version <= maxVersion;");
    out.close().blank();
  }

  private void accessor(String type, String name, String doc) {
    out.line("/** " + doc + " */");
    out.open("public " + type + " " + name + "()").line("return " + name + ";").close().blank();
  }

  private void emitHeaders() {
    out.line("/** The version of the header that a request of this version has: 1 or 2. */");
    out.open("public int requestHeaderVersion(int version)");
    out.line("return version >= flexibleFrom ? 2 : 1;");
    out.close().blank();
    out.line("/** The version of the header that a response of this version has: 0 or 1. */");
    out.open("public int responseHeaderVersion(int version)");
    out.line("return version >= flexibleFrom && key != " + API_VERSIONS + " ? 1 : 0;");
    out.close();
  }
}
