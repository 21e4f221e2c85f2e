package io.weir.protocol.message;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An older release of Kafka's client library, for the versions that the newer one has dropped. It
 * has the same class names, so it lives in a class loader of its own; the build puts its jars into
 * {@code target/kafka-old}.
 */
final class OldKafka extends URLClassLoader {
  private OldKafka(URL[] urls) {
    super(urls, OldKafka.class.getClassLoader());
  }

  static Reference load() {
    try {
      URL tests = OldKafka.class.getProtectionDomain().getCodeSource().getLocation();
      Path jars = Path.of(tests.toURI()).resolveSibling("kafka-old");
      URL clients = jars.resolve("kafka-clients.jar").toUri().toURL();
      URL groups = jars.resolve("kafka-group-coordinator.jar").toUri().toURL();
      OldKafka loader = new OldKafka(new URL[] {clients, groups, tests});
      Class<?> reference = loader.loadClass(KafkaReference.class.getName());
      return (Reference) reference.getConstructor().newInstance();
    } catch (ReflectiveOperationException | IOException | URISyntaxException e) {
      throw new LinkageError("no older Kafka", e);
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    return findResource(name);
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
