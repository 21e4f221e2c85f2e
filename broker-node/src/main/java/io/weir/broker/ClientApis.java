package io.weir.broker;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.BrokerSettings;
import io.weir.broker.config.TopicLogConfigs;
import io.weir.broker.config.TopicSettings;
import io.weir.broker.handler.AlterConfigsHandler;
import io.weir.broker.handler.ApiRegistry;
import io.weir.broker.handler.CreatePartitionsHandler;
import io.weir.broker.handler.CreateTopicsHandler;
import io.weir.broker.handler.DeleteRecordsHandler;
import io.weir.broker.handler.DeleteTopicsHandler;
import io.weir.broker.handler.DescribeAclsHandler;
import io.weir.broker.handler.DescribeClusterHandler;
import io.weir.broker.handler.DescribeConfigsHandler;
import io.weir.broker.handler.DescribeLogDirsHandler;
import io.weir.broker.handler.DescribeProducersHandler;
import io.weir.broker.handler.DescribeTopicPartitionsHandler;
import io.weir.broker.handler.ElectLeadersHandler;
import io.weir.broker.handler.FetchHandler;
import io.weir.broker.handler.FindCoordinatorHandler;
import io.weir.broker.handler.GroupHandlers;
import io.weir.broker.handler.IncrementalAlterConfigsHandler;
import io.weir.broker.handler.ListConfigResourcesHandler;
import io.weir.broker.handler.ListOffsetsHandler;
import io.weir.broker.handler.MetadataHandler;
import io.weir.broker.handler.NodeIdentity;
import io.weir.broker.handler.OffsetForLeaderEpochHandler;
import io.weir.broker.handler.ProduceHandler;
import io.weir.broker.handler.TopicAdmin;
import io.weir.broker.handler.TopicCreator;
import io.weir.broker.handler.TransactionHandlers;
import io.weir.coordinator.Coordination;
import io.weir.coordinator.group.GroupCoordinator;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.AlterConfigsRequest;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.CreatePartitionsRequest;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.message.DeleteRecordsRequest;
import io.weir.protocol.message.DeleteTopicsRequest;
import io.weir.protocol.message.DescribeAclsRequest;
import io.weir.protocol.message.DescribeClusterRequest;
import io.weir.protocol.message.DescribeConfigsRequest;
import io.weir.protocol.message.DescribeLogDirsRequest;
import io.weir.protocol.message.DescribeProducersRequest;
import io.weir.protocol.message.DescribeTopicPartitionsRequest;
import io.weir.protocol.message.ElectLeadersRequest;
import io.weir.protocol.message.FetchRequest;
import io.weir.protocol.message.FindCoordinatorRequest;
import io.weir.protocol.message.IncrementalAlterConfigsRequest;
import io.weir.protocol.message.ListConfigResourcesRequest;
import io.weir.protocol.message.ListOffsetsRequest;
import io.weir.protocol.message.MetadataRequest;
import io.weir.protocol.message.OffsetForLeaderEpochRequest;
import io.weir.protocol.message.ProduceRequest;
import io.weir.replication.Replicas;
import java.util.function.Supplier;

/** Which API is served by what, on top of which parts of the node. */
final class ClientApis {
  private ClientApis() {}

  static ApiRegistry of(
      BrokerConfig config,
      TopicSettings topicSettings,
      TopicLogConfigs logConfigs,
      Coordination coordination,
      Replicas replicas,
      Coordinators coordinators) {
    Supplier<MetadataImage> metadata = coordination::image;
    TopicAdmin admin = coordination::admin;
    TopicCreator creator = new TopicCreator(admin, PartSettings.stateTopics(config));
    GroupCoordinator groups = coordinators.groups();
    ApiRegistry.Builder apis = new ApiRegistry.Builder();

    apis.serve(
            ApiKey.METADATA,
            MetadataRequest.class,
            new MetadataHandler(
                metadata, creator, config.get(BrokerSettings.AUTO_CREATE_TOPICS_ENABLE)))
        .serve(
            ApiKey.DESCRIBE_CLUSTER,
            DescribeClusterRequest.class,
            new DescribeClusterHandler(metadata))
        .serve(
            ApiKey.DESCRIBE_TOPIC_PARTITIONS,
            DescribeTopicPartitionsRequest.class,
            new DescribeTopicPartitionsHandler(
                metadata, config.get(BrokerSettings.MAX_REQUEST_PARTITION_SIZE_LIMIT)))
        .serve(
            ApiKey.LIST_CONFIG_RESOURCES,
            ListConfigResourcesRequest.class,
            new ListConfigResourcesHandler(metadata))
        .serve(ApiKey.DESCRIBE_ACLS, DescribeAclsRequest.class, new DescribeAclsHandler());

    apis.serve(
            ApiKey.PRODUCE,
            ProduceRequest.class,
            new ProduceHandler(
                metadata,
                logConfigs,
                replicas::append,
                replicas::beginVerification,
                coordinators.verifier(),
                System::currentTimeMillis,
                Runtime.getRuntime().availableProcessors()))
        .serve(
            ApiKey.FETCH,
            FetchRequest.class,
            new FetchHandler(metadata, replicas::read, config.get(BrokerSettings.FETCH_MAX_BYTES)))
        .serve(
            ApiKey.LIST_OFFSETS,
            ListOffsetsRequest.class,
            new ListOffsetsHandler(metadata, replicas::listOffset))
        .serve(
            ApiKey.DELETE_RECORDS,
            DeleteRecordsRequest.class,
            new DeleteRecordsHandler(metadata, replicas::deleteRecords))
        .serve(
            ApiKey.DESCRIBE_PRODUCERS,
            DescribeProducersRequest.class,
            new DescribeProducersHandler(metadata, replicas::describeProducers))
        .serve(
            ApiKey.DESCRIBE_LOG_DIRS,
            DescribeLogDirsRequest.class,
            new DescribeLogDirsHandler(replicas::describeDirectories))
        .serve(
            ApiKey.OFFSET_FOR_LEADER_EPOCH,
            OffsetForLeaderEpochRequest.class,
            new OffsetForLeaderEpochHandler(metadata, replicas::endOffsetForEpoch));

    apis.serve(ApiKey.CREATE_TOPICS, CreateTopicsRequest.class, new CreateTopicsHandler(admin))
        .serve(
            ApiKey.DELETE_TOPICS,
            DeleteTopicsRequest.class,
            new DeleteTopicsHandler(admin, config.get(BrokerSettings.DELETE_TOPIC_ENABLE)))
        .serve(
            ApiKey.CREATE_PARTITIONS,
            CreatePartitionsRequest.class,
            new CreatePartitionsHandler(admin))
        .serve(ApiKey.ELECT_LEADERS, ElectLeadersRequest.class, new ElectLeadersHandler(admin))
        .serve(
            ApiKey.DESCRIBE_CONFIGS,
            DescribeConfigsRequest.class,
            new DescribeConfigsHandler(metadata, topicSettings, config))
        .serve(ApiKey.ALTER_CONFIGS, AlterConfigsRequest.class, new AlterConfigsHandler(admin))
        .serve(
            ApiKey.INCREMENTAL_ALTER_CONFIGS,
            IncrementalAlterConfigsRequest.class,
            new IncrementalAlterConfigsHandler(admin));

    apis.serve(
        ApiKey.FIND_COORDINATOR,
        FindCoordinatorRequest.class,
        new FindCoordinatorHandler(
            metadata, creator, groups::partitionOf, coordinators.transactions()::partitionOf));
    GroupHandlers.addTo(apis, groups);
    TransactionHandlers.addTo(
        apis,
        new TransactionHandlers.Surroundings(
            metadata,
            creator,
            coordinators.producerIds(),
            coordinators.transactions(),
            groups,
            coordinators.markers(),
            replicas::beginVerification,
            coordinators.verifier()));

    return apis.build(new NodeIdentity(config.nodeId(), coordination.clusterId()));
  }
}
