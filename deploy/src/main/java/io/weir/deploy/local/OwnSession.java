package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/**
 * Takes this process out of the terminal's session, so that neither Ctrl-C there nor its end
 * reaches it. Stateless.
 */
final class OwnSession {
  private OwnSession() {}

  /**
   * Calls the operating system's {@code setsid}. For a process that leads its group already,
   * nothing changes.
   */
  // Calling a C function that takes nothing and gives an int is safe.
  @SuppressWarnings("restricted")
  static void begin() {
    Linker linker = Linker.nativeLinker();
    try {
      int _ =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("setsid"),
                      FunctionDescriptor.of(ValueLayout.JAVA_INT))
                  .invokeExact();
    } catch (Throwable e) {
      // invokeExact declares Throwable. Without setsid there is no background to go to.
      throw new CommandFailure(
          "this system cannot run a process in the background (" + e + ")", "leave --detach out");
    }
  }
}
