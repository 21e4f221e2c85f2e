package io.weir.coordinator.group;

import io.weir.protocol.message.JoinGroupRequest;
import io.weir.protocol.message.LeaveGroupRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what clients say about why they join or leave a group (KIP-800). Stateless. They are a
 * client's words: they are cut and kept on one line.
 */
final class ClientReasons {
  private static final Logger log = LoggerFactory.getLogger(ClientReasons.class);
  private static final int MAX_LENGTH = 255;

  private ClientReasons() {}

  static void log(JoinGroupRequest request) {
    String reason = request.reason();
    if (isGiven(reason)) {
      log.info(
          "group {}: member {} joins: {}",
          plain(request.groupId()),
          plain(request.memberId()),
          plain(reason));
    }
  }

  static void log(LeaveGroupRequest request) {
    for (LeaveGroupRequest.Member member : request.members()) {
      String reason = member.reason();
      if (isGiven(reason)) {
        log.info(
            "group {}: member {} leaves: {}",
            plain(request.groupId()),
            plain(member.memberId()),
            plain(reason));
      }
    }
  }

  private static boolean isGiven(@Nullable String reason) {
    return reason != null && !reason.isEmpty();
  }

  /** At most so many characters, none of which ends the line or steers a terminal. */
  static String plain(@Nullable String words) {
    if (words == null) {
      return "";
    }
    StringBuilder plain = new StringBuilder(Math.min(words.length(), MAX_LENGTH));
    for (int i = 0; i < words.length() && i < MAX_LENGTH; i++) {
      char c = words.charAt(i);
      plain.append(Character.isISOControl(c) ? ' ' : c);
    }
    return plain.toString();
  }
}
