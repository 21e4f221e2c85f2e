@NullMarked
package io.weir.replication;

import org.jspecify.annotations.NullMarked;
