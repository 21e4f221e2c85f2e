package io.weir.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;

/** The parts that decide take an event and the time, and return effects: nothing else. */
@AnalyzeClasses(packages = "io.weir", importOptions = DoNotIncludeTests.class)
class DecidingCoresTest {
  private static final String CORES = "..core..";

  private static final Map<String, Set<String>> SOURCES_OF_CHANCE_AND_TIME =
      Map.of(
          "java.lang.System", Set.of("nanoTime", "currentTimeMillis"),
          "java.lang.Math", Set.of("random"),
          "java.time.Instant", Set.of("now"),
          "java.time.Clock", Set.of("systemUTC", "systemDefaultZone"),
          "java.util.UUID", Set.of("randomUUID"),
          "java.util.Random", Set.of("<init>"),
          "java.util.concurrent.ThreadLocalRandom", Set.of("current"));

  @ArchTest
  static final ArchRule coresHaveNoClockAndNoChance =
      noClasses()
          .that()
          .resideInAPackage(CORES)
          .should()
          .callCodeUnitWhere(
              describe(
                  "reads a clock or draws a random value",
                  (JavaCall<?> call) ->
                      SOURCES_OF_CHANCE_AND_TIME
                          .getOrDefault(call.getTargetOwner().getName(), Set.of())
                          .contains(call.getTarget().getName())));

  @ArchTest
  static final ArchRule coresHaveNoThreadsFilesOrSockets =
      noClasses()
          .that()
          .resideInAPackage(CORES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.concurrent..",
              "java.nio.channels..",
              "java.nio.file..",
              "java.io..",
              "java.net..",
              "io.netty.channel..",
              "io.grpc..",
              "org.slf4j..")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Thread.class, System.Logger.class);

  @ArchTest
  static final ArchRule classesNamedCoreLiveInCorePackages =
      classes().that().haveSimpleNameEndingWith("Core").should().resideInAPackage(CORES);
}
