package io.weir.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may know which, and where the outside world may be touched. */
@AnalyzeClasses(packages = "io.weir", importOptions = DoNotIncludeTests.class)
class ModuleArrowsTest {
  private static final String PROTOCOL = "io.weir.protocol..";
  private static final String REPLICATION = "io.weir.replication..";
  private static final String COORDINATOR = "io.weir.coordinator..";
  private static final String BROKER = "io.weir.broker..";
  private static final String CLI = "io.weir.cli..";
  private static final String DEPLOY = "io.weir.deploy..";
  private static final String SCHEMA_COMPILER = "io.weir.schema..";

  @ArchTest
  static final ArchRule protocolKnowsNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage(PROTOCOL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(REPLICATION, COORDINATOR, BROKER, CLI, DEPLOY, SCHEMA_COMPILER);

  @ArchTest
  static final ArchRule replicationKnowsOnlyTheProtocol =
      noClasses()
          .that()
          .resideInAPackage(REPLICATION)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(COORDINATOR, BROKER, CLI, DEPLOY, SCHEMA_COMPILER);

  @ArchTest
  static final ArchRule coordinatorKnowsOnlyTheProtocol =
      noClasses()
          .that()
          .resideInAPackage(COORDINATOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(REPLICATION, BROKER, CLI, DEPLOY, SCHEMA_COMPILER);

  @ArchTest
  static final ArchRule brokerKnowsNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage(BROKER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLI, DEPLOY, SCHEMA_COMPILER);

  @ArchTest
  static final ArchRule commandLineIsAnOrdinaryClient =
      noClasses()
          .that()
          .resideInAPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PROTOCOL, REPLICATION, COORDINATOR, BROKER, DEPLOY, SCHEMA_COMPILER);

  @ArchTest
  static final ArchRule brokerNeverUsesTheKafkaClient =
      noClasses()
          .that()
          .resideInAnyPackage(PROTOCOL, REPLICATION, COORDINATOR, BROKER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule zooKeeperStaysInItsPackage =
      noClasses()
          .that()
          .resideOutsideOfPackages("..zookeeper..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator..");

  @ArchTest
  static final ArchRule grpcStaysInItsPackages =
      noClasses()
          .that()
          .resideOutsideOfPackages("..grpc..", "io.weir.protocol.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.grpc..");

  @ArchTest
  static final ArchRule fileChannelsStayWithTheLogAndTheNetwork =
      noClasses()
          .that()
          .resideInAnyPackage(PROTOCOL, REPLICATION, COORDINATOR, BROKER)
          .and()
          .resideOutsideOfPackages(
              "io.weir.replication.log..",
              "io.weir.replication.journal..",
              "io.weir.protocol.record..",
              "io.weir.broker.netty..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(java.nio.channels.FileChannel.class, java.io.RandomAccessFile.class);
}
