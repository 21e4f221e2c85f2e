package io.weir.broker.netty;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What is served under one path.
 *
 * @param content makes it; must not block, may complete on any thread, and fails when it cannot be
 *     had now
 */
public record HttpPage(String contentType, Supplier<CompletableFuture<byte[]>> content) {}
