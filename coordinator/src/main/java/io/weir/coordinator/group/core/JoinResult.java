package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a join. Immutable.
 *
 * @param memberId the member's id, or what the client sent when there is none
 * @param generationId -1 with an error
 * @param leaderId empty with an error
 * @param skipAssignment the leader need not assign
 * @param members of the generation; only for the leader
 */
public record JoinResult(
    ErrorCode errorCode,
    String memberId,
    int generationId,
    @Nullable String protocolType,
    @Nullable String protocolName,
    String leaderId,
    boolean skipAssignment,
    List<Member> members) {

  public static final int NO_GENERATION = -1;

  public JoinResult {
    members = List.copyOf(members);
  }

  /** A member as the leader sees it. Immutable. */
  public record Member(String memberId, @Nullable String instanceId, ByteBuffer metadata) {}

  public static JoinResult refused(ErrorCode error, String memberId) {
    return new JoinResult(error, memberId, NO_GENERATION, null, null, "", false, List.of());
  }
}
