package io.weir.coordinator.controller.core;

import io.weir.coordinator.TopicDefaults;

/**
 * What the controller's decisions depend on. Immutable.
 *
 * @param nodeId the controller's own
 * @param leaseMs how long a silent node is held to be alive
 * @param rebalanceLeaders whether leaderships return to preferred replicas by themselves
 * @param rebalanceIntervalMs how often that is looked at
 */
public record ControllerSettings(
    int nodeId,
    int leaseMs,
    boolean rebalanceLeaders,
    long rebalanceIntervalMs,
    TopicDefaults topicDefaults) {}
