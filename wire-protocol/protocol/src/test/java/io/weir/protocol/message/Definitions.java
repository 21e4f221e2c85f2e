package io.weir.protocol.message;

import io.weir.schema.model.Api;
import io.weir.schema.model.Message;
import io.weir.schema.model.Schema;
import io.weir.schema.parse.DefinitionParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The definitions that our messages are generated from. */
final class Definitions {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "."), "src", "main", "schema");

  static final Schema SCHEMA = parse();

  /** All messages by name: requests, responses, and those that belong to no API. */
  static final Map<String, Message> MESSAGES =
      Stream.concat(
              SCHEMA.apis().stream().flatMap(api -> Stream.of(api.request(), api.response())),
              SCHEMA.messages().stream())
          .collect(Collectors.toUnmodifiableMap(Message::name, Function.identity()));

  private Definitions() {}

  static Message message(String name) {
    Message message = MESSAGES.get(name);
    if (message == null) {
      throw new IllegalArgumentException("there is no message " + name);
    }
    return message;
  }

  static List<Api> apis() {
    return SCHEMA.apis();
  }

  private static Schema parse() {
    DefinitionParser parser = new DefinitionParser();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".schema")).toList()) {
        parser.read(file.toString(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parser.schema();
  }
}
