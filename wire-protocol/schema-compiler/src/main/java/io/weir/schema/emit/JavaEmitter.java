package io.weir.schema.emit;

import io.weir.schema.model.Api;
import io.weir.schema.model.Message;
import io.weir.schema.model.Schema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns a schema into Java sources. */
public final class JavaEmitter {
  private JavaEmitter() {}

  /** The sources, by their path below a source folder. */
  public static Map<String, String> emit(Schema schema) {
    Map<String, String> sources = new TreeMap<>();
    for (Api api : schema.apis()) {
      put(sources, api.request().name(), request(api));
      put(sources, api.response().name(), response(api));
    }
    for (Message message : schema.messages()) {
      put(sources, message.name(), message(message));
    }
    put(sources, "ApiKey", new ApiKeyEmitter(schema.apis()).emit());
    put(sources, "ApiMessages", new ApiMessagesEmitter(schema.apis()).emit());
    if (!schema.errors().isEmpty()) {
      sources.put(ErrorCodeEmitter.PATH, new ErrorCodeEmitter(schema.errors()).emit());
    }
    return sources;
  }

  private static String request(Api api) {
    return new MessageEmitter(api.request(), "ApiRequest")
        .emit(
            api.notes(),
            out -> {
              emitApiKey(api, out);
              new ErrorReplyEmitter(api, out).emit();
              out.blank();
            });
  }

  private static String response(Api api) {
    return new MessageEmitter(api.response(), "ApiResponse")
        .emit(List.of(), out -> emitApiKey(api, out));
  }

  private static String message(Message message) {
    return new MessageEmitter(message, "ProtocolMessage").emit(List.of(), out -> {});
  }

  private static void emitApiKey(Api api, JavaSource out) {
    out.line("@Override");
    out.open("public ApiKey apiKey()");
    out.line("return ApiKey." + ApiKeyEmitter.constant(api) + ";");
    out.close().blank();
  }

  private static void put(Map<String, String> sources, String name, String source) {
    sources.put(Imports.PACKAGE.replace('.', '/') + "/" + name + ".java", source);
  }
}
