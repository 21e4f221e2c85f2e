package io.weir.schema.parse;

import io.weir.schema.model.Api;
import io.weir.schema.model.Message;
import io.weir.schema.model.Position;
import io.weir.schema.model.Schema;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.Versions;
import java.util.HashMap;
import java.util.Map;

/** Checks that definitions make sense, each in itself and beside the others. */
final class SchemaCheck {
  private final Map<Integer, String> keys = new HashMap<>();
  private final Map<String, Position> names = new HashMap<>();

  void check(Schema schema) {
    schema.apis().forEach(this::check);
    schema.messages().forEach(this::check);
    schema.messages().forEach(EchoCheck::forbid);
  }

  private void check(Api api) {
    String other = keys.putIfAbsent(api.key(), api.name());
    if (other != null) {
      throw new SchemaException(api.position(), "key " + api.key() + " belongs to " + other);
    }
    if (api.served().isEmpty() || !api.versions().covers(api.served())) {
      throw new SchemaException(
          api.position(), "served are " + api.served() + ", but there are " + api.versions());
    }
    NoteCheck.check(api.notes(), api.versions(), api.position());
    check(api.request());
    check(api.response());
    new EchoCheck(api).check();
  }

  private void check(Message message) {
    Position position = message.root().position();
    Position other = names.putIfAbsent(message.name(), position);
    if (other != null) {
      throw new SchemaException(position, message.name() + " is also defined at " + other);
    }
    if (message.versions().highest() == Versions.OPEN) {
      throw new SchemaException(position, "the versions of a message must have an end");
    }
    new MessageCheck(message).check();
  }
}
