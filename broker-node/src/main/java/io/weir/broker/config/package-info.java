/** Settings of a node and of topics: one table each, their validation and their sources. */
@NullMarked
package io.weir.broker.config;

import org.jspecify.annotations.NullMarked;
