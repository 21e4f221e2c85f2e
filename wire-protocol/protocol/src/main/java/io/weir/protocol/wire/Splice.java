package io.weir.protocol.wire;

import io.weir.protocol.record.FileRecords;

/**
 * A place in a written buffer where the bytes of a file belong: sent are the buffer up to here, the
 * records, and the buffer from here on. Immutable.
 *
 * @param index in the buffer; several splices are in ascending order
 */
public record Splice(int index, FileRecords records) {}
