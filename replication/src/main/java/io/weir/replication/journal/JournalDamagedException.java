package io.weir.replication.journal;

import java.io.IOException;

/** The journal's files lack something that was on disk once. */
public final class JournalDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  public JournalDamagedException(String message) {
    super(message);
  }
}
