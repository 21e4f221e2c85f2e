package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Entity;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import io.weir.schema.model.Versions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Our definitions say the same of each field as Kafka's do: type, versions, null, tag, default,
 * whether it may be lost, what it identifies. Where they differ on purpose, {@code deviations.txt}
 * has a line with the reason.
 */
final class DefinitionFactsTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

  /** What Kafka's definitions call by these names; ours know more kinds. */
  private static final Set<Entity> SHARED_ENTITIES =
      Set.of(
          Entity.BROKER_ID,
          Entity.GROUP_ID,
          Entity.PRODUCER_ID,
          Entity.TOPIC_NAME,
          Entity.TRANSACTIONAL_ID);

  private final Set<String> found = new TreeSet<>();

  @Test
  void eachFieldIsWhatKafkaSaysOrHasAReasonNotToBe() {
    for (Message message : Definitions.MESSAGES.values()) {
      String recent = References.NEW.definition(message.name());
      String older = References.OLD.definition(message.name());
      if (recent == null && older == null) {
        found.add(message.name() + ": no such message");
      }
      int lowest = recent == null ? Versions.OPEN : compare(message, recent, Versions.from(0));
      if (older != null && lowest > 0) {
        compare(message, older, new Versions(0, lowest - 1));
      }
    }

    List<Pattern> reasoned = reasoned();
    assertThat(found.stream().filter(line -> reasoned.stream().noneMatch(matches(line))))
        .as("without a reason")
        .isEmpty();
    assertThat(
            reasoned.stream().filter(reason -> found.stream().noneMatch(reason.asMatchPredicate())))
        .as("reasons for nothing")
        .isEmpty();
  }

  /**
   * Compares a message in the versions that their definition has. The version of a key in a log is
   * the kind of record here, and mostly 0 there, so little is compared of these.
   *
   * @return their lowest version
   */
  private int compare(Message message, String theirs, Versions wanted) {
    JsonNode json = parse(theirs);
    Versions valid = versions(json, "validVersions");
    Versions both = message.versions().intersect(valid).intersect(wanted);
    if (!both.isEmpty()) {
      compare(message, json, both);
    }
    return valid.lowest();
  }

  private void compare(Message message, JsonNode json, Versions both) {
    String path = message.name();
    fact(path, "flexible", both, message.flexible(), versions(json, "flexibleVersions"));
    Map<String, JsonNode> structs = new HashMap<>();
    json.path("commonStructs").forEach(struct -> structs.put(struct.get("name").asText(), struct));
    compare(new Scope(message, structs), path, message.root(), json.path("fields"), both);
  }

  private record Scope(Message message, Map<String, JsonNode> structs) {
    JsonNode fields(JsonNode field, String type) {
      return field.has("fields")
          ? field.get("fields")
          : Objects.requireNonNull(structs.get(type), type).get("fields");
    }
  }

  private void compare(
      Scope scope, String path, Struct struct, JsonNode fields, Versions versions) {
    Set<String> left =
        struct.fields().stream()
            .filter(field -> !field.versions().intersect(versions).isEmpty())
            .map(Field::name)
            .collect(Collectors.toCollection(TreeSet::new));
    for (JsonNode theirs : fields) {
      Versions there = there(theirs).intersect(versions);
      if (there.isEmpty()) {
        continue;
      }
      String name = ourName(path, camelCase(theirs.get("name").asText()));
      Optional<Field> ours =
          struct.fields().stream().filter(field -> field.name().equals(name)).findFirst();
      if (ours.isPresent() && left.remove(name)) {
        compare(scope, path + "." + name, ours.get(), theirs, versions);
      } else {
        found.add(path + "." + name + ": missing in " + there);
      }
    }
    left.forEach(name -> found.add(path + "." + name + ": no such field"));
  }

  private void compare(Scope scope, String path, Field ours, JsonNode theirs, Versions versions) {
    Versions there = there(theirs).intersect(versions);
    fact(path, "versions", versions, ours.versions(), there);
    fact(path, "nullable", there, ours.nullable(), versions(theirs, "nullableVersions"));
    String tag = theirs.has("tag") ? theirs.get("tag").asText() : "none";
    fact(path, "tag", ours.isTagged() ? String.valueOf(ours.tag().orElseThrow()) : "none", tag);
    boolean partial =
        !there.covers(versions) || (ours.isNullable() && !ours.nullable().covers(there));
    if (partial) {
      boolean ignorable = theirs.path("ignorable").asBoolean(false);
      fact(path, "ignorable", String.valueOf(ours.ignorable()), String.valueOf(ignorable));
    }
    fact(path, "default", fallback(ours), fallback(theirs));
    String entity = theirs.path("entityType").asText("none");
    String ourEntity =
        ours.entity().filter(SHARED_ENTITIES::contains).map(Entity::toString).orElse("none");
    if (!entity.equals("none")) {
      fact(path, "entity", ourEntity, entity);
    }
    compareType(scope, path, ours.type(), theirs, theirs.get("type").asText(), there);
  }

  private void compareType(
      Scope scope, String path, Type ours, JsonNode field, String theirs, Versions versions) {
    switch (ours) {
      case Primitive type -> {
        boolean error = type == Primitive.ERROR && theirs.equals("int16");
        if (!error) {
          fact(path, "type", type.toString(), theirs);
        }
      }
      case ArrayType(Type element) when theirs.startsWith("[]") ->
          compareType(scope, path, element, field, theirs.substring(2), versions);
      case StructType name when Character.isUpperCase(theirs.charAt(0)) ->
          compare(scope, path, scope.message.struct(name), scope.fields(field, theirs), versions);
      case ArrayType ignored -> fact(path, "type", ours.toString(), theirs);
      case StructType ignored -> fact(path, "type", ours.toString(), theirs);
    }
  }

  private void fact(String path, String fact, Versions within, Versions ours, Versions theirs) {
    fact(path, fact, range(ours.intersect(within)), range(theirs.intersect(within)));
  }

  private static String range(Versions versions) {
    return versions.isEmpty() ? "none" : versions.toString();
  }

  private void fact(String path, String fact, String ours, String theirs) {
    if (!ours.equals(theirs)) {
      found.add(path + ": " + fact + " is " + ours + ", not " + theirs);
    }
  }

  private static String fallback(Field ours) {
    boolean nullStruct = ours.type() instanceof StructType && ours.isNullable() && !ours.isTagged();
    if (ours.isNullByDefault() || nullStruct) {
      return "null";
    }
    return ours.fallback().map(text -> text.isEmpty() ? "none" : text).orElse("none");
  }

  /** Their default; none where it says what goes without saying. */
  private static String fallback(JsonNode theirs) {
    String text = theirs.path("default").asText("");
    if (text.startsWith("0x")) {
      return String.valueOf(Long.parseLong(text, 2, text.length(), 16));
    }
    boolean obvious = text.isEmpty() || text.equals("0") || text.equals("false");
    return obvious ? "none" : text;
  }

  /** A tagged field need not say its versions twice. */
  private static Versions there(JsonNode field) {
    return versions(field, field.has("versions") ? "versions" : "taggedVersions");
  }

  private static Versions versions(JsonNode json, String name) {
    return Union.versions(json.path(name).asText("none"));
  }

  private static String ourName(String path, String theirs) {
    return KafkaReference.RENAMED_FIELDS.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(path + ".") && entry.getValue().equals(theirs))
        .map(entry -> entry.getKey().substring(path.length() + 1))
        .findFirst()
        .orElse(theirs);
  }

  private static String camelCase(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Predicate<Pattern> matches(String line) {
    return reason -> reason.matcher(line).matches();
  }

  /** The deviations that have a reason, without the reason; a star is for whatever is there. */
  private static List<Pattern> reasoned() {
    try (InputStream in =
        Objects.requireNonNull(DefinitionFactsTest.class.getResourceAsStream("deviations.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.substring(0, line.indexOf('|')).strip())
          .map(line -> Pattern.compile(Pattern.quote(line).replace("*", "\\E.*\\Q")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
