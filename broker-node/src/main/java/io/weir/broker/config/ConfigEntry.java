package io.weir.broker.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A setting as DescribeConfigs shows it. Immutable.
 *
 * @param value null where there is none
 * @param readOnly whether clients cannot change it
 * @param synonyms the values that it could have, the one that counts first
 */
public record ConfigEntry(
    String name,
    @Nullable String value,
    ConfigSource source,
    boolean readOnly,
    WireType type,
    String doc,
    List<Synonym> synonyms) {

  /** A value of this or another setting that would count if those before it were not there. */
  public record Synonym(String name, @Nullable String value, ConfigSource source) {}
}
