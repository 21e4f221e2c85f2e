package io.weir.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  @Test
  void aRunningProcessIsFound() {
    ProcessHandle self = ProcessHandle.current();
    assertThat(ProcessIdentity.of(self).find()).contains(self);
  }

  @Test
  void aLaterProcessWithTheSameNumberIsAnotherOne() {
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current());
    assertThat(new ProcessIdentity(self.pid(), self.startedMs() - 60_000).find()).isEmpty();
  }

  @Test
  void aProcessThatEndedIsGone() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ProcessIdentity identity = ProcessIdentity.of(ended.toHandle());
    assertThat(ended.waitFor()).isZero();
    assertThat(identity.find()).isEmpty();
  }
}
