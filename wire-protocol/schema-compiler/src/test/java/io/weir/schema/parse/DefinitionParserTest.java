package io.weir.schema.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schema.model.Api;
import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Entity;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.Schema;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Versions;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DefinitionParserTest {
  private static final String DEFINITION =
      """
      # A comment.
      api 7 Paint versions 1-5 flexible 4+ served 2-5
      | Paints things.
      | All of them.

      version 1-3 | Colours.
      version 4   | Flexible.
      version 5   | Glitter.

      request {  # another comment
        struct Point { | A place.
          x int32
          y int32 = -1
        }
        from     Point                   | where to start
        to       Point? 2+ = null
        strokes  [Stroke]?(3+) {         | what to do,
                                         | in order
          colour string = "blue" as topicName ignorable
          widths [int16] 1-4
        }
        glitter  bool 5+ = true tag 0
      }

      response {
        errorCode error
        done      [Done] <- strokes {
          colour string <- colour
        }
      }
      """;

  private final Schema schema = schema();
  private final Api api = schema.apis().getFirst();

  @Test
  void anApiHasAKeyVersionsAndNotes() {
    assertThat(api.key()).isEqualTo(7);
    assertThat(api.name()).isEqualTo("Paint");
    assertThat(api.versions()).isEqualTo(new Versions(1, 5));
    assertThat(api.flexible()).isEqualTo(Versions.from(4));
    assertThat(api.served()).isEqualTo(new Versions(2, 5));
    assertThat(api.doc()).isEqualTo("Paints things. All of them.");
    assertThat(api.notes()).hasSize(3);
    assertThat(api.notes().getFirst().versions()).isEqualTo(new Versions(1, 3));
  }

  @Test
  void aFieldWithoutVersionsIsThereAsLongAsItsSurroundings() {
    assertThat(field("from").versions()).isEqualTo(new Versions(1, 5));
    Struct stroke = struct("Stroke");
    assertThat(stroke.fields().getFirst().versions()).isEqualTo(new Versions(1, 5));
  }

  @Test
  void aFieldMayBeNullAlwaysOrInSomeVersions() {
    assertThat(field("from").isNullable()).isFalse();
    assertThat(field("to").nullable()).isEqualTo(Versions.from(2));
    assertThat(field("strokes").nullable()).isEqualTo(Versions.from(3));
  }

  @Test
  void aStructMayBeSharedOrInline() {
    assertThat(field("from").type()).isEqualTo(new StructType("Point"));
    assertThat(field("to").type()).isEqualTo(new StructType("Point"));
    assertThat(field("strokes").type()).isEqualTo(new ArrayType(new StructType("Stroke")));
    assertThat(struct("Point").doc()).isEqualTo("A place.");
    assertThat(struct("Stroke").doc())
        .isEqualTo("An element of {@code strokes}: what to do, in order");
  }

  @Test
  void attributesComeInAnyOrder() {
    Field colour = struct("Stroke").fields().getFirst();
    assertThat(colour.fallback()).contains("blue");
    assertThat(colour.entity()).contains(Entity.TOPIC_NAME);
    assertThat(colour.ignorable()).isTrue();
    Field glitter = field("glitter");
    assertThat(glitter.tag()).hasValue(0);
    assertThat(glitter.fallback()).contains("true");
    assertThat(glitter.type()).isEqualTo(Primitive.BOOL);
  }

  @Test
  void aDescriptionMayGoOnInTheNextLine() {
    assertThat(field("strokes").doc()).isEqualTo("what to do, in order");
    assertThat(field("to").doc()).isEmpty();
  }

  @Test
  void aResponseSaysWhatItEchoes() {
    Message response = api.response();
    assertThat(response.root().fields().get(1).echoes()).isEqualTo(List.of("strokes"));
  }

  private Field field(String name) {
    return api.request().root().fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Struct struct(String name) {
    return api.request().struct(new StructType(name));
  }

  private static Schema schema() {
    DefinitionParser parser = new DefinitionParser();
    parser.read("paint.schema", DEFINITION);
    return parser.schema();
  }
}
