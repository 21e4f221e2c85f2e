package io.weir.schema.parse;

import io.weir.schema.model.Api;
import io.weir.schema.model.Message;
import io.weir.schema.model.Position;
import io.weir.schema.model.Schema;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.VersionNote;
import io.weir.schema.model.Versions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads definition files, one after the other, into one schema. Confined to one thread. */
public final class DefinitionParser {
  private final List<Api> apis = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();

  /**
   * Reads one file.
   *
   * @throws SchemaException when it cannot be read
   */
  public void read(String file, String text) {
    TokenStream tokens = new TokenStream(Lexer.tokens(file, text));
    tokens.skipNewlines();
    while (tokens.peek().kind() != Token.Kind.END) {
      definition(tokens);
      tokens.skipNewlines();
    }
  }

  /**
   * All that was read so far.
   *
   * @throws SchemaException when it makes no sense
   */
  public Schema schema() {
    Schema schema =
        new Schema(
            apis.stream().sorted(Comparator.comparingInt(Api::key)).toList(),
            List.copyOf(messages));
    new SchemaCheck().check(schema);
    return schema;
  }

  private void definition(TokenStream tokens) {
    if (tokens.takeIfWord("api")) {
      apis.add(api(tokens));
    } else if (tokens.takeIfWord("message")) {
      messages.add(message(tokens));
    } else {
      throw tokens.unexpected("'api' or 'message'");
    }
  }

  private static Api api(TokenStream tokens) {
    Position position = tokens.position();
    int key = tokens.number("the key of the API");
    String name = tokens.word("the name of the API");
    tokens.expectWord("versions");
    Versions versions = tokens.versions();
    Versions flexible = flexible(tokens);
    Versions served = tokens.takeIfWord("served") ? tokens.versions() : versions;
    String doc = tokens.doc();
    tokens.endOfLine();
    List<VersionNote> notes = notes(tokens);
    Message request = part(tokens, "request", name + "Request", doc, versions, flexible);
    Message response = part(tokens, "response", name + "Response", "", versions, flexible);
    return new Api(key, name, versions, served, flexible, doc, notes, request, response, position);
  }

  private static Message part(
      TokenStream tokens,
      String word,
      String name,
      String apiDoc,
      Versions versions,
      Versions flexible) {
    tokens.skipNewlines();
    Position position = tokens.position();
    tokens.expectWord(word);
    String doc = apiDoc.isEmpty() ? "The answer to {@link " + requestName(name) + "}." : apiDoc;
    return new MessageParser(tokens, versions, flexible).message(name, doc, position);
  }

  private static String requestName(String responseName) {
    return responseName.substring(0, responseName.length() - "Response".length()) + "Request";
  }

  private static Message message(TokenStream tokens) {
    Position position = tokens.position();
    String name = tokens.word("the name of the message");
    tokens.expectWord("versions");
    Versions versions = tokens.versions();
    Versions flexible = flexible(tokens);
    String doc = tokens.doc();
    tokens.endOfLine();
    List<VersionNote> notes = notes(tokens);
    NoteCheck.check(notes, versions, position);
    tokens.skipNewlines();
    tokens.expectWord("fields");
    return new MessageParser(tokens, versions, flexible).message(name, doc, position);
  }

  private static Versions flexible(TokenStream tokens) {
    if (!tokens.takeIfWord("flexible")) {
      return Versions.NONE;
    }
    return tokens.versions();
  }

  private static List<VersionNote> notes(TokenStream tokens) {
    List<VersionNote> notes = new ArrayList<>();
    tokens.skipNewlines();
    while (tokens.peek().is(Token.Kind.WORD, "version")) {
      Position position = tokens.take().position();
      notes.add(new VersionNote(tokens.versions(), tokens.doc(), position));
      tokens.endOfLine();
      tokens.skipNewlines();
    }
    return List.copyOf(notes);
  }
}
