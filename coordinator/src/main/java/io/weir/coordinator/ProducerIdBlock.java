package io.weir.coordinator;

/**
 * Producer ids that nobody else was or will be given: {@code first} up to {@code first + count -
 * 1}.
 */
public record ProducerIdBlock(long first, int count) {}
