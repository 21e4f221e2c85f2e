package io.weir.schema.emit;

import io.weir.schema.model.Api;
import java.util.List;
import java.util.Locale;

/** The class that finds the record of a request or response. */
final class ApiMessagesEmitter {
  private final List<Api> apis;
  private final JavaSource out = new JavaSource();

  ApiMessagesEmitter(List<Api> apis) {
    this.apis = apis;
  }

  String emit() {
    Javadoc.write(out, List.of("Reads whatever request or response the bytes are said to be."));
    out.open("public final class ApiMessages");
    out.open("private ApiMessages()").close().blank();
    emitRead("Request");
    out.blank();
    emitRead("Response");
    out.close();
    return Imports.head(out.toString()) + out;
  }

  private void emitRead(String kind) {
    Javadoc.write(
        out,
        List.of(
            "Reads the body of a " + kind.toLowerCase(Locale.ROOT) + ".",
            "",
            "@throws MalformedMessageException when the bytes are not this message"));
    out.open(
        "public static Api"
            + kind
            + " read"
            + kind
            + "(ApiKey apiKey, int version, WireReader in)");
    out.open("return switch (apiKey)");
    for (Api api : apis) {
      out.line(
          "case "
              + ApiKeyEmitter.constant(api)
              + " -> "
              + api.name()
              + kind
              + ".read(in, version);");
    }
    out.closeStatement();
    out.close();
  }
}
