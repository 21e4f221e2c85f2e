package io.weir.protocol.wire;

import io.weir.protocol.record.Records;

/**
 * A place in a written buffer where records belong: sent are the buffer up to here, the records,
 * and the buffer from here on. Immutable.
 *
 * @param index in the buffer; several splices are in ascending order
 */
public record Splice(int index, Records records) {}
