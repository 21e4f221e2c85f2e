package io.weir.broker.handler;

import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Changes of settings: those of topics go to the controller, all others are refused here, and the
 * results come in the order of the request.
 */
final class TopicsOnly {
  static final ErrorCode REFUSAL = ErrorCode.INVALID_REQUEST;
  static final String WHY =
      "only the settings of topics can be changed; those of a node are read when it starts";

  private TopicsOnly() {}

  static boolean isTopic(byte resourceType) {
    return resourceType == ConfigResource.TOPIC;
  }

  /**
   * Results of all resources: the controller's where it was asked, in their order, else refusals.
   */
  static <Q, R> List<R> merge(
      List<Q> resources, Predicate<Q> isTopic, List<R> ofTopics, Function<Q, R> refusal) {
    Iterator<R> topics = ofTopics.iterator();
    List<R> all = new ArrayList<>(resources.size());
    for (Q resource : resources) {
      all.add(isTopic.test(resource) ? topics.next() : refusal.apply(resource));
    }
    return all;
  }
}
