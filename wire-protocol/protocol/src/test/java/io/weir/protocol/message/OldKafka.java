package io.weir.protocol.message;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

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
      Path jar = Path.of(tests.toURI()).resolveSibling("kafka-old").resolve("kafka-clients.jar");
      OldKafka loader = new OldKafka(new URL[] {jar.toUri().toURL(), tests});
      Class<?> reference = loader.loadClass(KafkaReference.class.getName());
      return (Reference) reference.getConstructor().newInstance();
    } catch (ReflectiveOperationException | IOException | URISyntaxException e) {
      throw new LinkageError("no older Kafka", e);
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
