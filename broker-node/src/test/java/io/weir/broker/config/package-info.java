@NullMarked
package io.weir.broker.config;

import org.jspecify.annotations.NullMarked;
