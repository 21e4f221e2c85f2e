package io.weir.protocol.message;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * An older release of Kafka's client library, for the versions that the newer one has dropped. It
 * has the same class names, so it lives in a class loader of its own; the build puts its jar into
 * {@code target/kafka-old}.
 */
final class OldKafka extends URLClassLoader {
  private OldKafka(URL[] urls) {
    super(urls, OldKafka.class.getClassLoader());
  }

  static Reference load() {
    try {
      URL tests = OldKafka.class.getProtectionDomain().getCodeSource().getLocation();
      OldKafka loader = new OldKafka(new URL[] {jar(tests.toURI()), tests});
      Class<?> reference = loader.loadClass(KafkaReference.class.getName());
      return (Reference) reference.getConstructor().newInstance();
    } catch (ReflectiveOperationException | IOException | URISyntaxException e) {
      throw new LinkageError("no older Kafka", e);
    }
  }

  private static URL jar(URI testClasses) throws IOException {
    Path folder = Path.of(testClasses).resolveSibling("kafka-old");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.toList();
      return jars.getFirst().toUri().toURL();
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (!name.startsWith("org.apache.kafka.") && !name.contains(".message.Kafka")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }
}
