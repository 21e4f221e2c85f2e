package io.weir.protocol.message;

import io.weir.schema.model.Message;
import io.weir.schema.model.Struct;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Our records, built and looked at by the names of their fields. */
final class MessageBuilders {
  private static final Map<Class<?>, Record> DEFAULTS = new ConcurrentHashMap<>();
  private static final Map<Class<?>, Map<String, Method>> SETTERS = new ConcurrentHashMap<>();

  private MessageBuilders() {}

  /** The class of a struct. */
  static Class<?> type(Message message, Struct struct) {
    String nested = struct.name().equals(message.name()) ? "" : "$" + struct.name();
    try {
      return Class.forName("io.weir.protocol.message." + message.name() + nested);
    } catch (ClassNotFoundException e) {
      throw new LinkageError(message.name(), e);
    }
  }

  /** Builds a record; what is not in the map has its default. */
  static Record build(Class<?> type, Map<String, ? extends @Nullable Object> values) {
    try {
      Object builder = type.getMethod("builder").invoke(null);
      Map<String, Method> setters =
          SETTERS.computeIfAbsent(builder.getClass(), MessageBuilders::setters);
      for (Map.Entry<String, ? extends @Nullable Object> value : values.entrySet()) {
        Objects.requireNonNull(setters.get(value.getKey())).invoke(builder, value.getValue());
      }
      return (Record) builder.getClass().getMethod("build").invoke(builder);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(type.getName() + " " + values, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type.getName(), e);
    }
  }

  static @Nullable Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(component.toString(), e);
    }
  }

  /** What a component holds when nothing was set. */
  static @Nullable Object defaultOf(RecordComponent component) {
    Class<?> type = component.getDeclaringRecord();
    return value(DEFAULTS.computeIfAbsent(type, none -> build(type, Map.of())), component);
  }

  private static Map<String, Method> setters(Class<?> builder) {
    return Arrays.stream(builder.getMethods())
        .filter(method -> method.getReturnType() == builder)
        .collect(Collectors.toMap(Method::getName, Function.identity()));
  }
}
