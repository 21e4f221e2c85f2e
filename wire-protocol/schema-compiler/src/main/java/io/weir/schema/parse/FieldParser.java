package io.weir.schema.parse;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Entity;
import io.weir.schema.model.Field;
import io.weir.schema.model.Position;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import io.weir.schema.model.Versions;
import io.weir.schema.parse.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads one field, up to the brace that opens its struct. Used once. */
final class FieldParser {
  private final TokenStream tokens;
  private Versions versions;
  private OptionalInt tag = OptionalInt.empty();
  private boolean ignorable;
  private Optional<String> fallback = Optional.empty();
  private Optional<Entity> entity = Optional.empty();
  private List<String> echoes = List.of();
  private boolean opensBody;

  FieldParser(TokenStream tokens, Versions context) {
    this.tokens = tokens;
    this.versions = context;
  }

  Field field() {
    Position position = tokens.position();
    String name = tokens.word("the name of a field");
    Type type = type();
    boolean nullable = tokens.takeIfSymbol("?");
    Optional<Versions> nullableVersions = nullable ? inParentheses() : Optional.empty();
    if (tokens.peek().kind() == Kind.NUMBER) {
      versions = tokens.versions();
    }
    while (attribute()) {
      // each attribute has been noted
    }
    opensBody = tokens.takeIfSymbol("{");
    return new Field(
        name,
        type,
        versions,
        nullable ? nullableVersions.orElse(versions) : Versions.NONE,
        tag,
        ignorable,
        fallback,
        entity,
        echoes,
        tokens.doc(),
        position);
  }

  /** Whether the struct's fields follow. */
  boolean opensBody() {
    return opensBody;
  }

  private boolean attribute() {
    if (tokens.takeIfWord("tag")) {
      tag = OptionalInt.of(tokens.number("a tag"));
    } else if (tokens.takeIfWord("ignorable")) {
      ignorable = true;
    } else if (tokens.takeIfWord("as")) {
      entity = Optional.of(entity());
    } else if (tokens.takeIfSymbol("=")) {
      fallback = Optional.of(literal());
    } else if (tokens.takeIfSymbol("<-")) {
      echoes = echoes();
    } else {
      return false;
    }
    return true;
  }

  private Type type() {
    if (!tokens.takeIfSymbol("[")) {
      return element();
    }
    Type element = element();
    tokens.expectSymbol("]");
    return new ArrayType(element);
  }

  private Type element() {
    Position position = tokens.position();
    String name = tokens.word("a type");
    Optional<Primitive> primitive = Primitive.named(name);
    if (primitive.isEmpty() && !Character.isUpperCase(name.charAt(0))) {
      throw new SchemaException(position, "there is no type '" + name + "'");
    }
    return primitive.<Type>map(type -> type).orElseGet(() -> new StructType(name));
  }

  private Optional<Versions> inParentheses() {
    if (!tokens.takeIfSymbol("(")) {
      return Optional.empty();
    }
    Versions inside = tokens.versions();
    tokens.expectSymbol(")");
    return Optional.of(inside);
  }

  private Entity entity() {
    Position position = tokens.position();
    String word = tokens.word("an entity");
    return Entity.named(word)
        .orElseThrow(() -> new SchemaException(position, "there is no entity '" + word + "'"));
  }

  private String literal() {
    String sign = tokens.takeIfSymbol("-") ? "-" : "";
    return switch (tokens.peek().kind()) {
      case NUMBER -> sign + tokens.take().text();
      case WORD, TEXT -> tokens.take().text();
      case DOC, SYMBOL, NEWLINE, END -> throw tokens.unexpected("a default");
    };
  }

  private List<String> echoes() {
    List<String> sources = new ArrayList<>();
    do {
      sources.add(tokens.takeIfSymbol(".") ? Field.ELEMENT : path());
    } while (tokens.takeIfSymbol(","));
    return List.copyOf(sources);
  }

  /** A field of the request, or one in the elements of its arrays. */
  private String path() {
    StringBuilder path = new StringBuilder(tokens.word("a field of the request"));
    while (tokens.takeIfSymbol(".")) {
      path.append('.').append(tokens.word("a field of the request"));
    }
    return path.toString();
  }
}
