package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schema.model.Versions;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** We have what clients of Kafka 3.9 to 4.4 may ask for, all of it, and no more. */
final class UnionTest {
  static Stream<Union.Row> rows() {
    return Union.ROWS.stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anApiHasTheVersionsOfBothReleases(Union.Row row) {
    ApiKey ours = Objects.requireNonNull(ApiKey.of(row.key()), "not defined");

    assertThat(ours.apiName()).isEqualTo(row.name());
    assertThat(new Versions(ours.minVersion(), ours.maxVersion())).isEqualTo(row.versions());
    assertThat(new Versions(ours.servedMinVersion(), ours.maxVersion())).isEqualTo(row.served());
    assertThat(ours.flexibleFrom())
        .isEqualTo(row.flexible().isEmpty() ? Versions.OPEN : row.flexible().lowest());
  }

  @Test
  void thereIsNoApiThatNobodyAsksFor() {
    assertThat(Arrays.stream(ApiKey.values()).map(ApiKey::key))
        .isSubsetOf(Union.ROWS.stream().map(Union.Row::key).toList());
  }
}
