package io.weir.fuzz;

import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.ProtocolMessage;
import io.weir.protocol.wire.WireReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A message that is neither request nor response. Immutable. All of them are found among the
 * generated classes, so that nobody has to list them.
 *
 * @param id stands for the message in kept inputs, and so follows from its name
 */
record BareMessage(int id, String name, int minVersion, int maxVersion, MethodHandle reader) {
  private static final String PACKAGE = "io/weir/protocol/message";
  private static final Map<Integer, BareMessage> BY_ID = find();

  static Collection<BareMessage> all() {
    return BY_ID.values();
  }

  /** Null where there is none. */
  static @Nullable BareMessage of(int id) {
    return BY_ID.get(id);
  }

  boolean hasVersion(int version) {
    return version >= minVersion && version <= maxVersion;
  }

  ProtocolMessage read(WireReader in, int version) {
    try {
      return (ProtocolMessage) reader.invokeExact(in, version);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a checked exception from " + name, e);
    }
  }

  private static Map<Integer, BareMessage> find() {
    Map<Integer, BareMessage> found = new TreeMap<>();
    for (Class<?> type : generated()) {
      if (ProtocolMessage.class.isAssignableFrom(type)
          && type.isRecord()
          && !ApiRequest.class.isAssignableFrom(type)
          && !ApiResponse.class.isAssignableFrom(type)) {
        BareMessage message = of(type);
        if (found.put(message.id, message) != null) {
          throw new IllegalStateException(message + " has the id of another");
        }
      }
    }
    return found;
  }

  private static BareMessage of(Class<?> type) {
    try {
      MethodType signature = MethodType.methodType(type, WireReader.class, int.class);
      return new BareMessage(
          0x8000 | (type.getSimpleName().hashCode() & 0x7fff),
          type.getSimpleName(),
          type.getField("MIN_VERSION").getInt(null),
          type.getField("MAX_VERSION").getInt(null),
          MethodHandles.publicLookup()
              .findStatic(type, "read", signature)
              .asType(signature.changeReturnType(ProtocolMessage.class)));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type.getName(), e);
    }
  }

  /** The classes of the package, which are in a folder or in a jar. */
  private static Iterable<Class<?>> generated() {
    try {
      URI place = ProtocolMessage.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      if (Files.isDirectory(Path.of(place))) {
        return classes(Path.of(place).resolve(PACKAGE));
      }
      try (FileSystem jar = FileSystems.newFileSystem(Path.of(place))) {
        return classes(jar.getPath(PACKAGE));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Iterable<Class<?>> classes(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("-"))
          .sorted()
          .<Class<?>>map(file -> load(file.substring(0, file.length() - ".class".length())))
          .toList();
    }
  }

  private static Class<?> load(String simpleName) {
    try {
      return Class.forName(PACKAGE.replace('/', '.') + "." + simpleName);
    } catch (ClassNotFoundException e) {
      throw new LinkageError(simpleName, e);
    }
  }
}
